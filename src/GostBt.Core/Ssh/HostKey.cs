using System.Security.Cryptography;

namespace GostBt.Ssh;

/// <summary>A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).</summary>
/// <param name="Line">The line as it stands.</param>
/// <param name="Algorithm">Such as <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">As ssh prints it: <c>SHA256:</c> and base64 without padding.</param>
internal sealed record HostKey(string Line, string Algorithm, string Fingerprint)
{
    /// <summary>The short name that ssh shows: <c>ED25519</c>, <c>RSA</c>, <c>ECDSA</c>.</summary>
    public string KeyType => Algorithm switch
    {
        "ssh-ed25519" => "ED25519",
        "ssh-rsa" => "RSA",
        _ when Algorithm.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) => "ECDSA",
        _ => Algorithm,
    };

    /// <summary>The keys among the lines of a known_hosts file, or of what <c>ssh-keygen -F</c> prints.</summary>
    public static IReadOnlyList<HostKey> ParseLines(string text) =>
        [.. text.Split('\n').Select(Parse).Where(key => key is not null).Select(key => key!)];

    private static HostKey? Parse(string line)
    {
        var words = line.Trim().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] == '#')
        {
            return null;
        }

        // A marker (@revoked, @cert-authority) comes before the names.
        var first = words[0][0] == '@' ? 1 : 0;
        if (words.Length < first + 3)
        {
            return null;
        }

        try
        {
            using var sha = SHA256.Create();
            var digest = sha.ComputeHash(Convert.FromBase64String(words[first + 2]));
            return new HostKey(line.Trim(), words[first + 1], "SHA256:" + Convert.ToBase64String(digest).TrimEnd('='));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
