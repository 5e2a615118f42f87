using GostBt.Model;
using GostBt.Ssh;
using Renci.SshNet;

namespace GostBt.SshNet;

/// <summary>One host on the way, and which keys it may show.</summary>
internal sealed class Hop
{
    private const int DefaultPort = 22;

    private IReadOnlyList<HostKey> _trusted;

    public Hop(ServerTarget target, TrustedKeys keys)
    {
        Host = target.Host;
        Port = target.Port ?? DefaultPort;
        User = target.User ?? Environment.UserName;
        Name = KnownHostsFile.NameOf(Host, Port);
        Keys = keys.Of(Name);
        _trusted = Keys.Known;
    }

    public string Host { get; }

    public int Port { get; }

    public string User { get; }

    /// <summary>What its keys are kept under.</summary>
    public string Name { get; }

    public (IReadOnlyList<HostKey> Known, IReadOnlyList<HostKey> Revoked) Keys { get; }

    /// <summary>Trusts what is known by now, or one line alone.</summary>
    public void Trust(string? onlyLine, TrustedKeys keys) => _trusted = onlyLine is null ? keys.Of(Name).Known : HostKey.ParseLines(onlyLine);

    /// <summary>Whether the key shown may be trusted.</summary>
    public bool Trusts(byte[] blob)
    {
        var shown = TrustedKeys.Line(Name, blob).Fingerprint;
        return _trusted.Any(key => key.Fingerprint == shown) && Keys.Revoked.All(key => key.Fingerprint != shown);
    }

    /// <summary>Asks for keys of the kinds that are known, as ssh does, so that a host with several shows one of them. Host certificates are not read.</summary>
    public void Prefer(IOrderedDictionary<string, Func<byte[], Renci.SshNet.Security.KeyHostAlgorithm>> algorithms)
    {
        var known = _trusted.SelectMany(key => key.Algorithm == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : new[] { key.Algorithm }).ToList();
        foreach (var algorithm in algorithms.Keys.ToList())
        {
            if (algorithm.Contains("-cert-") || (known.Any(algorithms.ContainsKey) && !known.Contains(algorithm)))
            {
                algorithms.Remove(algorithm);
            }
        }
    }
}
