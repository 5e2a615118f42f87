namespace GostBt.Server;

/// <summary>What <c>facts.sh</c> found on a server, in one round trip.</summary>
public sealed record ServerFacts
{
    /// <summary>The operating system as <c>os-release</c> names it.</summary>
    public string System { get; init; } = "unknown";

    /// <summary>As <c>uname -m</c> says: <c>x86_64</c>.</summary>
    public string Architecture { get; init; } = "unknown";

    /// <summary>The server's clock.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>The init system: <c>systemd</c>, <c>sysv</c>, <c>openrc</c> or <c>other</c>.</summary>
    public string Init { get; init; } = "systemd";

    /// <summary>systemd's version; null when it is not the init system.</summary>
    public int? Systemd { get; init; }

    /// <summary>nft's version; null when it is not installed.</summary>
    public string? Nft { get; init; }

    /// <summary>Whether nft can talk to the kernel.</summary>
    public bool NftWorks { get; init; }

    /// <summary>Whether iptables has a table nat; asked only where nft does not work.</summary>
    public bool IptablesWorks { get; init; }

    /// <summary>Whether ip6tables has one, too; asked only where iptables carries the rules.</summary>
    public bool Ip6tablesWorks { get; init; }

    /// <summary>What will carry the rules: nft wherever it works.</summary>
    public FirewallBackend FirewallBackend => NftWorks || !IptablesWorks ? FirewallBackend.Nft : FirewallBackend.Iptables;

    /// <summary>Whether <c>/dev/net/tun</c> is there.</summary>
    public bool Tun { get; init; }

    /// <summary>Programs that GostBt needs and did not find.</summary>
    public IReadOnlyList<string> MissingTools { get; init; } = [];

    /// <summary>A firewall front end that is active: <c>ufw</c> or <c>firewalld</c>.</summary>
    public string? FirewallFrontEnd { get; init; }

    /// <summary>Who listens.</summary>
    public IReadOnlyList<ListeningSocket> Sockets { get; init; } = [];

    /// <summary>The port this ssh connection came in on.</summary>
    public int? SshPort { get; init; }

    /// <summary>The server's own IPv4 addresses, without prefix.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The address it uses towards the internet.</summary>
    public string? Source { get; init; }

    /// <summary>The server's own IPv6 addresses of global scope, without prefix; unique local ones are among them.</summary>
    public IReadOnlyList<string> Addresses6 { get; init; } = [];

    /// <summary>The address it uses towards the IPv6 internet; null when it has no route there.</summary>
    public string? Source6 { get; init; }

    /// <summary>Whether the server has a public IPv6 address, a way to the IPv6 internet and a filter for it: unfiltered, IPv6 is not forwarded.</summary>
    public bool HasIPv6 => Source6 is not null && PublicRanges.IsPublic6(Source6) && (FirewallBackend == FirewallBackend.Nft || Ip6tablesWorks);

    /// <summary>Its IPv4 routes but the default one: network and device.</summary>
    public IReadOnlyList<(string Network, string Device)> Routes { get; init; } = [];

    /// <summary>Its name servers.</summary>
    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>Whether it forwards IPv4.</summary>
    public bool Forwarding { get; init; }

    /// <summary>Free room under <c>/usr/local</c>, KiB.</summary>
    public long? DiskFree { get; init; }

    /// <summary>The state of all profiles there: what is planned for holds as long as it is the same.</summary>
    public string Digest { get; init; } = string.Empty;

    /// <summary>The profile whose deployment was neither verified nor taken back in time; null mostly.</summary>
    public string? Transaction { get; init; }

    /// <summary>Whether the system user of the profile's engine exists.</summary>
    public bool HasUser { get; init; }

    /// <summary>GostBt's files.</summary>
    public IReadOnlyList<PlacedFile> Files { get; init; } = [];

    /// <summary>GostBt's profiles.</summary>
    public IReadOnlyList<DeployedProfile> Profiles { get; init; } = [];

    /// <summary>Names of profiles whose folder is there without a manifest: somebody deleted it, or their removal was cut off.</summary>
    public IReadOnlyList<string> Remnants { get; init; } = [];

    /// <summary>Whether what the server was before the first profile is kept there: the last thing that goes with the last profile.</summary>
    public bool HasHost { get; init; }

    /// <summary>The file at a path, or null.</summary>
    public PlacedFile? File(string path) => Files.FirstOrDefault(file => file.Path == path);

    /// <summary>The profile of a name, or null.</summary>
    public DeployedProfile? Profile(string name) => Profiles.FirstOrDefault(profile => profile.Name == name);
}
