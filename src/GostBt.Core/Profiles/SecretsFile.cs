using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>
/// A file of secrets. With the system's own encryption (DPAPI on Windows) it holds <c>gostbt-dpapi 1</c> and a line of base 64; without, the text itself, of mode 0600. A plain
/// file that an earlier version wrote is encrypted as soon as it is read.
/// </summary>
internal sealed class SecretsFile(IDataProtection? protection)
{
    private const string Magic = "gostbt-dpapi ";
    private const string Version = "1";
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    /// <summary>As this system keeps secrets.</summary>
    public static SecretsFile OfThisSystem { get; } = new(Path.DirectorySeparatorChar == '\\' ? new WindowsDataProtection() : null);

    /// <summary>Replaces the file atomically.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Unexpected"/>: the system does not encrypt it; the file stays as it was.</exception>
    public void Write(string path, string text)
    {
        if (protection is null)
        {
            PrivateFile.WriteAllText(path, text);
            return;
        }

        var encrypted = Encrypt(protection, path, text);
        using (Lock(path, LockPatience))
        {
            PrivateFile.WriteAllText(path, encrypted);
        }
    }

    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidProfile"/>: this user cannot read it, here; the text never shows what the file holds.</exception>
    public string Read(string path)
    {
        var content = PrivateFile.ReadAllText(path);
        if (!content.StartsWith(Magic, StringComparison.Ordinal))
        {
            Migrate(path, content);
            return content;
        }

        if (protection is null)
        {
            throw Unreadable(path, "was encrypted by Windows, for one user of one PC");
        }

        var lines = content.Replace("\r\n", "\n").Split('\n');
        if (lines[0] != Magic + Version)
        {
            throw Unreadable(path, "is of a version that this GostBt does not read");
        }

        try
        {
            var plain = protection.Unprotect(Convert.FromBase64String(lines[1]));
            var text = Encoding.UTF8.GetString(plain);
            Array.Clear(plain, 0, plain.Length);
            return text;
        }
        catch (Win32Exception e)
        {
            throw Unreadable(path, $"was encrypted for another user or on another PC, or is damaged (error {e.NativeErrorCode:X8} of Windows)", e);
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            throw Unreadable(path, "is damaged", e);
        }
    }

    // The time stays: nothing about the secrets is new.
    private void Migrate(string path, string content)
    {
        if (protection is null)
        {
            return;
        }

        try
        {
            var encrypted = Encrypt(protection, path, content);
            using (Lock(path, TimeSpan.Zero))
            {
                // Another process may have written other secrets since.
                var written = File.GetLastWriteTimeUtc(path);
                if (PrivateFile.TryReadAllText(path) == content)
                {
                    PrivateFile.WriteAllText(path, encrypted);
                    File.SetLastWriteTimeUtc(path, written);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or GostBtException)
        {
            // Who may only read it can still use it, and who comes while it is written finds it encrypted the next time.
        }
    }

    private static string Encrypt(IDataProtection protection, string path, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        try
        {
            return $"{Magic}{Version}\n{Convert.ToBase64String(protection.Protect(plain))}\n";
        }
        catch (Win32Exception e)
        {
            throw new GostBtException(
                GostBtFailure.Unexpected,
                $"Windows does not encrypt the secrets for {path} (error {e.NativeErrorCode:X8}).",
                "Run it as a user who is logged on, or whose profile is loaded; restart Windows if it goes on.",
                e);
        }
        finally
        {
            Array.Clear(plain, 0, plain.Length);
        }
    }

    // Whoever writes: a file that is there only meanwhile, however its holder ends.
    private static FileStream Lock(string path, TimeSpan patience)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException and not DirectoryNotFoundException && watch.Elapsed < patience)
            {
                // Held, or just going away.
                Thread.Sleep(5);
            }
        }
    }

    private static GostBtException Unreadable(string path, string why, Exception? cause = null) => new(
        GostBtFailure.InvalidProfile,
        $"The secrets in {path} cannot be read: the file {why}.",
        "Run as the user who made the profile (SYSTEM is another one); on another PC, import what Export-GostBtProfile wrote. "
            + "New-GostBtServer makes new secrets, with -TakeOver where the server has these.",
        cause);
}
