using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace GostBt.Ssh;

/// <summary>Reads known_hosts files without OpenSSH's programs (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): names, patterns, hashed names, markers.</summary>
internal static class KnownHostsFile
{
    private const string Revoked = "@revoked";

    /// <summary>The name that a host's key is kept under.</summary>
    public static string NameOf(string host, int port) =>
        port == 22 ? host.ToLowerInvariant() : FormattableString.Invariant($"[{host.ToLowerInvariant()}]:{port}");

    /// <summary>The keys of a host, and those that must never be trusted for it again.</summary>
    /// <param name="files">The files; those that do not exist are passed over.</param>
    /// <param name="name">What <see cref="NameOf"/> makes.</param>
    public static (IReadOnlyList<HostKey> Known, IReadOnlyList<HostKey> Revoked) Find(IEnumerable<string> files, string name)
    {
        var known = new List<HostKey>();
        var revoked = new List<HostKey>();
        foreach (var line in files.Where(File.Exists).SelectMany(File.ReadAllLines).Select(line => line.Trim()))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var marker = words.Length > 0 && words[0][0] == '@' ? words[0] : null;
            var names = words.ElementAtOrDefault(marker is null ? 0 : 1);
            if (names is null || !(marker is null or Revoked) || !Matches(names, name))
            {
                continue;
            }

            (marker is null ? known : revoked).AddRange(HostKey.ParseLines(line));
        }

        return (known, revoked);
    }

    private static bool Matches(string names, string name)
    {
        if (names.StartsWith("|1|", StringComparison.Ordinal))
        {
            return IsHashOf(names.Split('|'), name);
        }

        // A name that is excluded is, whatever the other patterns say.
        var patterns = names.Split(',');
        return patterns.Any(pattern => Fits(pattern, name)) && !patterns.Any(pattern => pattern.StartsWith("!", StringComparison.Ordinal) && Fits(pattern.Substring(1), name));
    }

    private static bool Fits(string pattern, string name) => Regex.IsMatch(
        name,
        "\\A" + Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".") + "\\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    // |1|salt|HMAC-SHA1 of the name
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "the file format's")]
    private static bool IsHashOf(string[] parts, string name)
    {
        if (parts.Length != 4)
        {
            return false;
        }

        try
        {
            using var hmac = new HMACSHA1(Convert.FromBase64String(parts[2]));
            return hmac.ComputeHash(Encoding.UTF8.GetBytes(name)).SequenceEqual(Convert.FromBase64String(parts[3]));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
