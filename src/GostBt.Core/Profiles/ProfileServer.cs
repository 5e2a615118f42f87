namespace GostBt.Profiles;

/// <summary>The <c>server</c> part of a profile: how ssh reaches it and what the world sees.</summary>
public sealed record ProfileServer
{
    /// <summary>A DNS name, an address, or an alias of <c>~/.ssh/config</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The login; null leaves it to ssh.</summary>
    public string? User { get; init; }

    /// <summary>1 to 65535; null leaves it to ssh.</summary>
    public int? SshPort { get; init; }

    /// <summary>A private key file; null leaves it to ssh.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>Another ssh configuration file; null leaves it to ssh.</summary>
    public string? SshConfigFile { get; init; }

    /// <summary>A jump host, as <c>ssh -J</c> takes it; null leaves it to ssh.</summary>
    public string? JumpHost { get; init; }

    /// <summary>The IPv4 address peers and trackers see; null until the server is deployed, then what it found.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>The gost that it runs; null for the bundled engine.</summary>
    public ProfileServerEngine? Engine { get; init; }

    /// <summary>The IPv6 address peers reach the published ports at; null until the server is deployed, and when it publishes no IPv6.</summary>
    public string? PublicAddress6 { get; init; }
}
