using System.Text;

namespace GostBt.Ssh;

/// <summary>What can be told of a private key file without its passphrase.</summary>
internal static class KeyFile
{
    // PROTOCOL.key: the magic, then the cipher's name with its length.
    private const string Magic = "openssh-key-v1\0";

    /// <summary>Whether a passphrase protects it; false also where that cannot be told.</summary>
    public static bool IsEncrypted(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            if (text.Contains("ENCRYPTED"))
            {
                return true;
            }

            var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '-');
            var bytes = Convert.FromBase64String(string.Concat(lines));
            return Encoding.ASCII.GetString(bytes, 0, Math.Min(bytes.Length, Magic.Length + 8)) is var head
                && head.StartsWith(Magic, StringComparison.Ordinal)
                && !head.EndsWith("none", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
