using System.Text;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.SshNet;

/// <summary>The keys of the known_hosts files that OpenSSH reads by default, and of GostBt's own.</summary>
internal sealed class TrustedKeys(GostBtPaths paths)
{
    /// <summary>Reads them for one host.</summary>
    public (IReadOnlyList<HostKey> Known, IReadOnlyList<HostKey> Revoked) Of(string name) => KnownHostsFile.Find(Files(), name);

    /// <summary>A key as the server sent it (RFC 4253, 6.6: it begins with its algorithm), as a line of a known_hosts file.</summary>
    public static HostKey Line(string name, byte[] blob)
    {
        var length = blob.Length < 4 ? 0 : (blob[0] << 24) | (blob[1] << 16) | (blob[2] << 8) | blob[3];
        var algorithm = length > 0 && length <= blob.Length - 4 ? Encoding.ASCII.GetString(blob, 4, length) : "unknown";
        return HostKey.ParseLines($"{name} {algorithm} {Convert.ToBase64String(blob)}")[0];
    }

    private IEnumerable<string> Files()
    {
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
        var system = Path.DirectorySeparatorChar == '\\'
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "ssh")
            : "/etc/ssh";
        return
        [
            Path.Combine(home, "known_hosts"),
            Path.Combine(home, "known_hosts2"),
            Path.Combine(system, "ssh_known_hosts"),
            Path.Combine(system, "ssh_known_hosts2"),
            paths.KnownHosts,
        ];
    }
}
