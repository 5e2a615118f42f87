using System.Globalization;
using System.Text;

namespace GostBt.Server;

/// <summary>
/// Writes a <see cref="FirewallPlan"/> as one nftables transaction that replaces the profile's own table and touches no other. A packet costs one
/// look-up, however many ports are published.
/// </summary>
public static class NftRenderer
{
    // Headers without options: IPv4 or IPv6, and TCP.
    private const int HeaderBytes = 40;
    private const int HeaderBytes6 = 60;

    /// <param name="plan">What to write.</param>
    /// <returns>A file for <c>nft -f</c>.</returns>
    public static string Render(FirewallPlan plan)
    {
        var device = '"' + plan.Device + '"';
        var others = '"' + FirewallPlan.DevicePrefix + "*\"";
        return FormattableString.Invariant($$"""
            # GostBt's firewall for one profile. Written by GostBt; changes made here are overwritten.
            # The first two lines make loading it again replace the table in one step.
            table inet {{plan.Table}}
            delete table inet {{plan.Table}}

            table inet {{plan.Table}} {
            {{Ports("tcp", plan.Tcp)}}{{Ports("udp", plan.Udp)}}    # Where neither home nor the relay may go from here.
                set private4 {
                    type ipv4_addr
                    flags interval
                    elements = { {{string.Join(", ", PublicRanges.Forbidden4)}} }
                }

                set private6 {
                    type ipv6_addr
                    flags interval
                    elements = { {{string.Join(", ", PublicRanges.Forbidden6)}} }
                }

                # A published port of any of the server's addresses is home's port; the peer's own address stays. Before other tools' translation, so
                # that a blanket rule of theirs does not take it.
                chain prerouting {
                    type nat hook prerouting priority dstnat - 10; policy accept;
                    iifname { "lo", {{device}} } return
                    fib daddr type != local return
            {{Incoming(plan)}}    }

                # What home sends from a published port leaves from that port here, as DHT and uTP need it.
                chain postrouting {
                    type nat hook postrouting priority srcnat - 10; policy accept;
                    oifname {{device}} return
            {{Outgoing(plan)}}    }

                chain forward {
                    type filter hook forward priority filter; policy accept;
                    oifname {{device}} jump to_home
                    iifname {{device}} jump from_home
                }

                # From a peer, never from another PC's tunnel. What is no longer published ends at once, established or not.
                chain to_home {
                    iifname {{others}} drop
                    tcp dport != @tcp_inside drop
                    udp dport != @udp_inside drop
            {{Clamp(plan)}}        ct state established,related accept
            {{Accepted(plan, "daddr", "ct status dnat ", "dport")}}        drop
                }

                # gost's TUN does not tell whose address a packet comes under: nobody speaks into other people's connections. Clamped also to what the
                # route of the moment carries, which may be less.
                chain from_home {
            {{Strangers(plan)}}        oifname {{others}} drop
                    tcp sport != @tcp_inside drop
                    udp sport != @udp_inside drop
            {{Clamp(plan)}}        tcp flags syn tcp option maxseg size set rt mtu
                    ct state established,related accept
                    ip daddr @private4 drop
                    ip6 daddr @private6 drop
            {{Accepted(plan, "saddr", string.Empty, "sport")}}        drop
                }

                # The tunnel leads to no service of the server; it answers a ping.
                chain input {
                    type filter hook input priority filter; policy accept;
                    iifname != {{device}} accept
            {{Strangers(plan)}}        ct state established,related accept
                    ip saddr {{plan.Client}} ip daddr {{plan.Network.ServerAddress}} icmp type echo-request accept
            {{Ping6(plan)}}        drop
                }

                # gost's TUN does not authenticate what arrives, so only the relay may send there; and the relay reaches the tunnel, resolvers
                # and public addresses, whatever it is asked for.
                chain output {
                    type filter hook output priority filter; policy accept;
                    ip daddr 127.0.0.0/8 udp dport {{plan.TunPort}} meta skuid != { root, {{plan.User}} } reject
                    meta skuid {{plan.User}} jump engine
                }

                chain engine {
                    ct state established,related accept
                    ip daddr 127.0.0.1 udp dport {{plan.TunPort}} accept
                    ip saddr 127.0.0.1 udp sport {{plan.TunPort}} accept
            {{Resolvers(plan)}}        oifname "lo" reject
                    oifname {{device}} ip daddr {{plan.Network}} accept
            {{Tunnel6(plan)}}        oifname {{others}} reject
                    ip daddr @private4 reject
                    ip6 daddr @private6 reject
                }
            }

            """);
    }

    // Of a protocol: the ports that are the same outside and inside; all inside; and, where they differ, which is which in either direction.
    private static string Ports(string protocol, FirewallPorts ports) =>
        Block($"set {protocol}_ports", "type inet_service\n        flags interval", Ranges(ports.Same))
        + Block($"set {protocol}_inside", "type inet_service\n        flags interval", Ranges(ports.Inside))
        + (ports.Mapped.Count == 0
            ? string.Empty
            : Block($"map {protocol}_in", "type inet_service : inet_service", ports.Mapped.SelectMany(port => port.Singles()).Select(port => Pair(port.Port, port.InsidePort)))
                + Block($"map {protocol}_out", "type inet_service : inet_service", ports.Outgoing.Select(pair => Pair(pair.Inside, pair.Outside))));

    private static string Block(string name, string type, IEnumerable<string> elements)
    {
        var list = string.Join(", ", elements);
        return $"    {name} {{\n        {type}{(list.Length == 0 ? string.Empty : $"\n        elements = {{ {list} }}")}\n    }}\n\n";
    }

    private static IEnumerable<string> Ranges(IEnumerable<(int First, int Last)> ranges) =>
        ranges.Select(range => range.First == range.Last ? Text(range.First) : Text(range.First) + "-" + Text(range.Last));

    private static string Pair(int key, int value) => Text(key) + " : " + Text(value);

    private static string Incoming(FirewallPlan plan)
    {
        var text = new StringBuilder();
        foreach (var (protocol, ports) in Protocols(plan))
        {
            Rule("ip", "ipv4", plan.Client, plan.Client);
            if (plan.Client6 is { } six)
            {
                Rule("ip6", "ipv6", six, "[" + six + "]");
            }

            void Rule(string family, string nfproto, string client, string bracketed)
            {
                text.Append($"        meta nfproto {nfproto} {protocol} dport @{protocol}_ports dnat {family} to {client}\n");
                if (ports.Mapped.Count > 0)
                {
                    text.Append($"        meta nfproto {nfproto} meta l4proto {protocol} dnat {family} to {bracketed} : {protocol} dport map @{protocol}_in\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Outgoing(FirewallPlan plan)
    {
        var text = new StringBuilder();
        foreach (var (protocol, ports) in Protocols(plan))
        {
            Rule("ip", plan.Client, plan.SourceAddress, plan.SourceAddress);
            if (plan.Client6 is { } six)
            {
                Rule("ip6", six, plan.SourceAddress6, "[" + plan.SourceAddress6 + "]");
            }

            void Rule(string family, string client, string? source, string? bracketed)
            {
                text.Append($"        {family} saddr {client} {protocol} sport @{protocol}_ports {(source is null ? "masquerade" : $"snat {family} to {source}")}\n");
                if (ports.Mapped.Count > 0)
                {
                    var translation = source is null ? "masquerade to" : $"snat {family} to {bracketed}";
                    text.Append($"        {family} saddr {client} meta l4proto {protocol} {translation} : {protocol} sport map @{protocol}_out\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Accepted(FirewallPlan plan, string address, string state, string port) => string.Concat(Protocols(plan).Select(pair =>
        $"        {state}ip {address} {plan.Client} {pair.Protocol} {port} @{pair.Protocol}_inside accept\n"
        + (plan.Client6 is { } six ? $"        {state}ip6 {address} {six} {pair.Protocol} {port} @{pair.Protocol}_inside accept\n" : string.Empty)));

    private static string Clamp(FirewallPlan plan) => FormattableString.Invariant(
        $"        meta nfproto ipv4 tcp flags syn tcp option maxseg size set {plan.Mtu - HeaderBytes}\n")
        + (plan.Network6 is null ? string.Empty : FormattableString.Invariant($"        meta nfproto ipv6 tcp flags syn tcp option maxseg size set {plan.Mtu - HeaderBytes6}\n"));

    private static string Strangers(FirewallPlan plan) =>
        $"        ip saddr != {plan.Client} drop\n" + (plan.Client6 is { } six ? $"        ip6 saddr != {six} drop\n" : "        meta protocol ip6 drop\n");

    private static string Ping6(FirewallPlan plan) =>
        plan.Network6 is { } six ? $"        ip6 saddr {plan.Client6} ip6 daddr {six.ServerAddress} icmpv6 type echo-request accept\n" : string.Empty;

    private static string Tunnel6(FirewallPlan plan) =>
        plan.Network6 is { } six ? $"        oifname \"{plan.Device}\" ip6 daddr {six} accept\n" : string.Empty;

    private static string Resolvers(FirewallPlan plan) => string.Concat(plan.NameServers.Select(server =>
        $"        {(server.IndexOf(':') < 0 ? "ip" : "ip6")} daddr {server} meta l4proto {{ tcp, udp }} th dport 53 accept\n"));

    private static IEnumerable<(string Protocol, FirewallPorts Ports)> Protocols(FirewallPlan plan) => [("udp", plan.Udp), ("tcp", plan.Tcp)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
