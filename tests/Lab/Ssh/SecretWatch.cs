using System.Text;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>
/// Looks, as long as it runs, for secrets where they must not be: in every process's arguments and environment on this machine, which are the VPS's too (its
/// processes are this kernel's), and in the temporary and configuration files of both ends.
/// </summary>
internal sealed class SecretWatch : IAsyncDisposable
{
    private readonly IReadOnlyList<byte[]> _secrets;
    private readonly IReadOnlyList<string> _folders;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _found = [];
    private readonly HashSet<string> _seen = [];
    private readonly Task _looking;

    private SecretWatch(IEnumerable<string> secrets, IReadOnlyList<string> folders)
    {
        _secrets = [.. secrets.Select(Encoding.UTF8.GetBytes)];
        _folders = folders;
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Where a secret was seen.</summary>
    public IReadOnlyCollection<string> Found => _found;

    /// <summary>The names of the programs that were looked at: what the watch could have seen.</summary>
    public IReadOnlySet<string> Seen
    {
        get
        {
            lock (_seen)
            {
                return _seen.ToHashSet(StringComparer.Ordinal);
            }
        }
    }

    /// <param name="folders">Folders whose files are read, with all below; of the machine's temporary folder only GostBt's.</param>
    /// <param name="secrets">What must be nowhere.</param>
    public static SecretWatch Start(IReadOnlyList<string> folders, params string[] secrets) => new(secrets, folders);

    /// <summary>Looks once more and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private static byte[] Read(string file)
    {
        try
        {
            // Length says nothing of a file of /proc; a FIFO or a socket would never end.
            return file.StartsWith("/proc/", StringComparison.Ordinal) || (File.GetAttributes(file) & (FileAttributes.Device | FileAttributes.ReparsePoint)) == FileAttributes.None
                ? File.ReadAllBytes(file)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went while it was read.
            return [];
        }
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Look();
            await Task.Delay(10);
        }

        Look();
    }

    private void Look()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            var name = Encoding.UTF8.GetString(Read(process + "/comm")).Trim();
            lock (_seen)
            {
                _seen.Add(name);
            }

            Check(process + "/cmdline");
            Check(process + "/environ");
        }

        foreach (var file in _folders.Concat(Directory.EnumerateDirectories(Path.GetTempPath(), "gostbt-*")).SelectMany(Files))
        {
            Check(file);
        }
    }

    private void Check(string file)
    {
        var bytes = Read(file);
        if (bytes.Length < 1_000_000 && _secrets.Any(secret => bytes.AsSpan().IndexOf(secret) >= 0))
        {
            _found.Add(file);
        }
    }
}
