namespace GostBt.Lab.Tests.Raising;

/// <summary>The facts lab.sh writes about a lab that is up; lab/README.md lists them.</summary>
public sealed class LabFacts
{
    private readonly IReadOnlyDictionary<string, string> _values;

    private LabFacts(IReadOnlyDictionary<string, string> values) => _values = values;

    /// <summary>The VPS's public IPv4 address.</summary>
    public string VpsAddress => this["VPS_ADDRESS"];

    /// <summary>The VPS's public IPv6 address.</summary>
    public string VpsAddress6 => this["VPS_ADDRESS6"];

    /// <summary>The IPv4 address the world sees home under.</summary>
    public string NatAddress => this["NAT_ADDRESS"];

    /// <summary>Home's own, private IPv4 address.</summary>
    public string HomeAddress => this["HOME_ADDRESS"];

    /// <summary>Home's IPv6 address; global, yet firewalled by the router.</summary>
    public string HomeAddress6 => this["HOME_ADDRESS6"];

    /// <summary>The private key that logs in to the VPS as root, admin or nosudo.</summary>
    public string SshKey => this["SSH_KEY"];

    /// <summary>A private key the VPS does not know.</summary>
    public string SshStrangerKey => this["SSH_STRANGER_KEY"];

    /// <summary>An ssh_config with which <c>ssh -F … vps</c> works from every node.</summary>
    public string SshConfig => this["SSH_CONFIG"];

    /// <summary>A known_hosts that holds the VPS's true host keys.</summary>
    public string SshKnownHosts => this["SSH_KNOWN_HOSTS"];

    /// <summary>The VPS's Ed25519 host key, as <c>SHA256:…</c>.</summary>
    public string SshHostFingerprint => this["SSH_HOST_FINGERPRINT"];

    /// <summary>The system the VPS runs, as lab/lib/systems.sh names it.</summary>
    public string VpsSystem => this["VPS_SYSTEM"];

    /// <summary>The VPS's files, as seen from the machine.</summary>
    public string VpsRoot => this["VPS_ROOT"];

    /// <summary>Where the lab keeps what lives as long as it does; tests may put files there.</summary>
    public string State => this["LAB_STATE"];

    /// <summary>Any fact by its name in the env file.</summary>
    public string this[string name] =>
        _values.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"The lab has no fact '{name}'.");

    /// <summary>A node's public address: IPv4, or IPv6 when asked for.</summary>
    public string AddressOf(string node, bool ipv6 = false) => this[$"{node.ToUpperInvariant()}_ADDRESS{(ipv6 ? "6" : "")}"];

    internal static LabFacts Read(string name) => new(
        File.ReadLines($"/run/gostbt-lab/{name}/env")
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
}
