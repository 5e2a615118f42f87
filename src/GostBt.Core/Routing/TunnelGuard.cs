using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Routing;

/// <summary>
/// What may come in from the tunnel: what goes to the published ports of the tunnel's own address, answers, and the far end's ping. The server's firewall lets nothing else through; this is for
/// a server that somebody took over, and keeps from it whatever else listens on this PC, or is in its LAN. A table of nftables of its own.
/// </summary>
/// <remarks>
/// It looks at packets before anything translates or routes them (priority -310 comes before "raw"), so that ports handed on to a container are judged by what was published, and it keeps no
/// state: a client with thousands of peers would fill the kernel's table of connections, and nothing else here may need one. TCP without SYN, or with SYN and ACK, begins no connection. The server
/// lets UDP out from published ports only, so answers come to those.
/// </remarks>
/// <param name="Interface">The device.</param>
/// <param name="Rules">The rules of its one chain, a line each; empty where only the table's name matters.</param>
public sealed record TunnelGuard(string Interface, string Rules) : RouteStep
{
    /// <summary>The set of ports that the far end may connect to for a while.</summary>
    internal const string Measured = "measured";

    /// <inheritdoc/>
    public override bool IsIPv6 => false;

    /// <inheritdoc/>
    public override bool IsVital => false;

    /// <summary>The table's name.</summary>
    public string Table => "gostbt_guard_" + Interface;

    /// <summary>The comment each rule carries, which tells these rules from others.</summary>
    internal string Mark
    {
        get
        {
            using var hash = SHA256.Create();
            return "gostbt " + string.Concat(hash.ComputeHash(Encoding.ASCII.GetBytes(Rules)).Take(6).Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>How many rules there are.</summary>
    internal int Count => Rules.Split('\n').Length;

    /// <param name="profile">Whose tunnel.</param>
    /// <param name="ports">What it publishes.</param>
    public static TunnelGuard For(Profile profile, IReadOnlyList<PublishedPort> ports)
    {
        var tunnel = profile.Tunnel;
        var server = TunnelNetwork.Parse(tunnel.Network).ServerAddress;
        var six = TunnelNetwork6.Of(profile);
        string?[] rules =
        [
            $"iifname != \"{tunnel.Interface}\" accept",
            $"ip daddr != {IPAddress.Parse(tunnel.Client)} drop",
            six is null ? "meta nfproto ipv6 drop" : $"ip6 daddr != {six.ClientAddress} drop",
            "tcp flags & (syn | ack) != syn accept",
            Ports("tcp", FirewallPorts.For(ports, PortProtocol.Tcp)),
            Ports("udp", FirewallPorts.For(ports, PortProtocol.Udp)),
            $"ip saddr {server} tcp dport @{Measured} accept",
            $"ip saddr {server} icmp type echo-request accept",
            "icmp type { echo-reply, destination-unreachable, time-exceeded, parameter-problem } accept",
            .. six is null
                ? Array.Empty<string>()
                :
                [
                    $"ip6 saddr {six.ServerAddress} icmpv6 type echo-request accept",
                    "icmpv6 type { echo-reply, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept",
                ],

            // What follows a datagram's first piece is nothing without that.
            "ip frag-off & 0x1fff != 0 accept",
            .. six is null ? Array.Empty<string>() : ["frag frag-off != 0 accept"],
            "drop",
        ];
        return new TunnelGuard(tunnel.Interface, string.Join("\n", rules.Where(rule => rule is not null)));
    }

    /// <summary>The same as far as taking it back is concerned.</summary>
    public TunnelGuard Trace() => this with { Rules = string.Empty };

    /// <summary>For <c>nft -f</c>: replaces the table in one step.</summary>
    public string Script()
    {
        var mark = Mark;
        return $$"""
            table inet {{Table}}
            delete table inet {{Table}}
            table inet {{Table}} {
                set {{Measured}} {
                    type inet_service
                    flags timeout
                }
                chain inbound {
                    type filter hook prerouting priority -310; policy accept;
            {{string.Join("\n", Rules.Split('\n').Select(rule => $"        {rule} comment \"{mark}\""))}}
                }
            }

            """;
    }

    /// <inheritdoc/>
    public override string ToString() => $"firewall table {Table}";

    private static string? Ports(string protocol, FirewallPorts ports) => ports.Inside.Count == 0
        ? null
        : $"{protocol} dport {{ {string.Join(", ", ports.Inside.Select(range => range.First == range.Last ? Text(range.First) : Text(range.First) + "-" + Text(range.Last)))} }} accept";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
