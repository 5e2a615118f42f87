using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>What a server is to become.</summary>
public sealed record ServerRequest
{
    /// <summary>The profile's name.</summary>
    public required ProfileName Name { get; init; }

    /// <summary>Where the server is reached by ssh.</summary>
    public required ServerTarget Target { get; init; }

    /// <summary>The ports to publish; at least one.</summary>
    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    /// <summary>How to reach it by ssh, beyond the target.</summary>
    public required SshOptions Ssh { get; init; }

    /// <summary>The tunnel's public TCP port; null keeps it, 8443 at first.</summary>
    public int? TunnelPort { get; init; }

    /// <summary>The IPv4 address peers reach the server at; null finds it out.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>The tunnel's UDP port on the server's loopback; null keeps it, 8421 at first.</summary>
    public int? TunPort { get; init; }

    /// <summary>The tunnel's IPv4 network, CIDR; null keeps it, 192.168.123.0/24 at first.</summary>
    public string? Network { get; init; }

    /// <summary>This PC's address in it; null keeps it, or is the second address of another network.</summary>
    public string? Client { get; init; }

    /// <summary>The tunnel's MTU, 576 to 9000 bytes; null keeps it, 1420 at first.</summary>
    public int? Mtu { get; init; }

    /// <summary>The engine that the server is to run; null keeps it, the bundled one at first.</summary>
    public ServerEngine? ServerEngine { get; init; }

    /// <summary>Whether a profile of that name that another PC deployed there, or this one before it lost its secrets, becomes this PC's.</summary>
    public bool TakeOver { get; init; }

    /// <summary>A whole profile that this request stands for; it replaces the stored one.</summary>
    public Profile? Whole { get; init; }

    /// <summary>Whether an engine that is on the server stays, also where it is another than this PC's: replacing it would interrupt the tunnel.</summary>
    public bool KeepEngine { get; init; }

    /// <summary>The request that a profile stands for.</summary>
    public static ServerRequest For(Profile profile, SshOptions ssh) => new()
    {
        Name = profile.Name,
        Target = ssh.Target,
        Ports = profile.Ports,
        Ssh = ssh,
        PublicAddress = profile.Server.PublicAddress,
        Whole = profile,
    };

    /// <summary>How the server is reached: what the request does not say of the way there is kept from <paramref name="existing"/>, if that is the same server.</summary>
    public SshOptions ToSsh(Profile? existing)
    {
        var ssh = Ssh with { Target = Target };
        return Whole is null && existing?.Server is { } server && ServerTarget.SameHost(server.Host, Target.Host)
            ? ssh with
            {
                IdentityFile = ssh.IdentityFile ?? server.IdentityFile,
                ConfigFile = ssh.ConfigFile ?? server.SshConfigFile,
                JumpHost = ssh.JumpHost ?? server.JumpHost,
            }
            : ssh;
    }

    /// <summary>The profile this request makes, checked. What the request does not say is kept from <see cref="Whole"/> or <paramref name="existing"/>.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>, naming the setting.</exception>
    public Profile ToProfile(Profile? existing)
    {
        var kept = Whole ?? existing;
        var tunnel = kept?.Tunnel ?? new ProfileTunnel();
        var ssh = ToSsh(existing);
        var known = ServerTarget.SameHost(existing?.Server.Host, Target.Host) ? existing?.Server : null;
        return ProfileRules.Require(new Profile
        {
            Name = Name,
            Server = new ProfileServer
            {
                Host = Target.Host,
                User = Target.User,
                SshPort = Target.Port,
                IdentityFile = ssh.IdentityFile,
                SshConfigFile = ssh.ConfigFile,
                JumpHost = ssh.JumpHost,
                Engine = ServerEngine is null ? kept?.Server.Engine : ServerEngine.ToProfile(kept?.Server.Engine),
                PublicAddress = PublicAddress ?? known?.PublicAddress,
                PublicAddress6 = Whole?.Server.PublicAddress6 ?? known?.PublicAddress6,
            },
            Tunnel = tunnel with
            {
                Port = TunnelPort ?? tunnel.Port,
                TunPort = TunPort ?? tunnel.TunPort,
                Network = Network ?? tunnel.Network,
                Network6 = Network is null || Network == tunnel.Network ? tunnel.Network6 : null,
                Client = Client ?? (Network is null || Network == tunnel.Network ? tunnel.Client : TunnelNetwork.Parse(Network).FirstClient.ToString()),
                Mtu = Mtu ?? tunnel.Mtu,
            },
            Proxy = kept?.Proxy ?? new ProfileProxy(),
            Ports = [.. Ports.OrderBy(port => port.Port)],
            Engine = kept?.Engine ?? EngineKind.Auto,
        });
    }
}
