using System.Globalization;
using System.Text;

namespace GostBt.Server;

/// <summary>
/// Writes a <see cref="FirewallPlan"/> for <c>iptables-restore --noflush</c> and <c>ip6tables-restore --noflush</c>, for servers without nft: the
/// profile's own chains in full. The jumps to them are firewall-iptables.sh's. Only the first packet of a connection passes the ports' rules, of which there
/// is one for every fifteen ports: a connection to a port that is closed runs to its end.
/// </summary>
public static class IptablesRenderer
{
    // The limit of the match "multiport"; a range counts twice.
    private const int PortsInARule = 15;
    private const int HeaderBytes = 40;
    private const int HeaderBytes6 = 60;

    /// <summary>The chains of a profile, as <c>GOSTBT-NAME-DEVICE</c>: at most 28 characters.</summary>
    public static string Chain(FirewallPlan plan, string name) => "GOSTBT-" + name + "-" + plan.Device;

    /// <summary>A file for <c>iptables-restore --noflush</c>.</summary>
    public static string Render4(FirewallPlan plan) => new Family(plan)
    {
        Client = plan.Client,
        Server = plan.Network.ServerAddress.ToString(),
        Network = plan.Network.ToString(),
        Source = plan.SourceAddress,
        Forbidden = PublicRanges.Forbidden4,
        Mss = plan.Mtu - HeaderBytes,
        Ping = "-p icmp -m icmp --icmp-type echo-request",
    }.Render();

    /// <summary>A file for <c>ip6tables-restore --noflush</c>. Without IPv6 in the tunnel it only shuts.</summary>
    public static string Render6(FirewallPlan plan) => new Family(plan)
    {
        IsSix = true,
        Client = plan.Client6,
        Server = plan.Network6?.ServerAddress.ToString(),
        Network = plan.Network6?.ToString(),
        Source = plan.SourceAddress6,
        Forbidden = PublicRanges.Forbidden6,
        Mss = plan.Mtu - HeaderBytes6,
        Ping = "-p ipv6-icmp -m icmp6 --icmpv6-type echo-request",
    }.Render();

    private sealed class Family(FirewallPlan plan)
    {
        private readonly StringBuilder _text = new();

        public bool IsSix { get; init; }

        public string? Client { get; init; }

        public string? Server { get; init; }

        public string? Network { get; init; }

        public string? Source { get; init; }

        public required IReadOnlyList<string> Forbidden { get; init; }

        public int Mss { get; init; }

        public required string Ping { get; init; }

        public string Render()
        {
            _text.Append("# GostBt's chains for one profile. Written by GostBt; changes made here are overwritten.\n");
            if (Client is not null)
            {
                Nat(Client);
                Mangle();
            }

            Filter();
            return _text.ToString();
        }

        // A published port of any of the server's addresses (the jump says so) is home's port; what home, and nobody else, sends from it leaves from it.
        private void Nat(string client)
        {
            Table("nat", "pre", "post");
            Rule("pre", "-i lo -j RETURN");
            Rule("pre", "-i " + plan.Device + " -j RETURN");
            Rule("post", "! -s " + client + " -j RETURN");
            Rule("post", "-o " + plan.Device + " -j RETURN");
            foreach (var (protocol, ports) in new[] { ("udp", plan.Udp), ("tcp", plan.Tcp) })
            {
                foreach (var list in Multiport(ports.Same))
                {
                    Rule("pre", $"-p {protocol} -m multiport --dports {list} -j DNAT --to-destination {client}");
                    Rule("post", $"-p {protocol} -m multiport --sports {list} -j {Translate(null)}");
                }

                foreach (var port in ports.Mapped)
                {
                    var inside = port.Count == 1 ? Text(port.InsidePort) : Text(port.InsidePort) + "-" + Text(port.LastInsidePort) + "/" + Text(port.Port);
                    Rule("pre", $"-p {protocol} -m {protocol} --dport {Range(port.Port, port.LastPort)} -j DNAT --to-destination {Bracketed(client)}:{inside}");
                }

                foreach (var (inside, outside) in ports.Outgoing)
                {
                    Rule("post", $"-p {protocol} -m {protocol} --sport {Text(inside)} -j {Translate(outside)}");
                }
            }

            Commit();
        }

        // To what the tunnel carries, and to what the route of the moment does. Neither ever makes it larger.
        private void Mangle()
        {
            Table("mangle", "mss");
            Rule("mss", "-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss " + Text(Mss));
            Rule("mss", "-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu");
            Commit();
        }

        private void Filter()
        {
            Table("filter", "to", "from", "in", "out", "tun", "eng");

            // Without an address in this family nothing of it passes.
            if (Client is not null)
            {
                // From a peer, never from another PC's tunnel. What was translated to home is what the table nat let through.
                Rule("to", $"-i {FirewallPlan.DevicePrefix}+ -j DROP");
                Rule("from", $"-o {FirewallPlan.DevicePrefix}+ -j DROP");

                // gost's TUN does not tell whose address a packet comes under: nobody speaks into other people's connections.
                Rule("from", $"! -s {Client} -j DROP");
                Rule("in", $"! -s {Client} -j DROP");
                Each(["to", "from", "in"], chain => Rule(chain, "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
                Each(Forbidden, range => Rule("from", $"-d {range} -j DROP"));
                Rule("to", $"-d {Client} -m conntrack --ctstate DNAT -j ACCEPT");
                Each(Multiport(plan.Udp.Inside), list => Rule("from", $"-s {Client} -p udp -m multiport --sports {list} -j ACCEPT"));
                Each(Multiport(plan.Tcp.Inside), list => Rule("from", $"-s {Client} -p tcp -m multiport --sports {list} -j ACCEPT"));

                // The tunnel leads to no service of the server; it answers a ping.
                Rule("in", $"-s {Client} -d {Server} {Ping} -j ACCEPT");
            }

            Rule("to", "-j DROP");
            Rule("from", "-j DROP");
            Rule("in", "-j DROP");
            Engine();
            Commit();
        }

        // gost's TUN does not authenticate what arrives, so only the relay may send there; and the relay reaches the tunnel, resolvers and public
        // addresses, whatever it is asked for. RETURN leaves the last word to the administrator's own rules.
        private void Engine()
        {
            var tun = Text(plan.TunPort);
            if (!IsSix)
            {
                Rule("out", $"-d 127.0.0.0/8 -p udp -m udp --dport {tun} -j {Chain(plan, "tun")}");
                Rule("tun", "-m owner --uid-owner root -j RETURN");
                Rule("tun", $"-m owner --uid-owner {plan.User} -j RETURN");
                Rule("tun", "-j REJECT");
            }

            Rule("out", $"-m owner --uid-owner {plan.User} -j {Chain(plan, "eng")}");
            Rule("eng", "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN");
            if (!IsSix)
            {
                Rule("eng", $"-d 127.0.0.1 -p udp -m udp --dport {tun} -j RETURN");
                Rule("eng", $"-s 127.0.0.1 -p udp -m udp --sport {tun} -j RETURN");
            }

            foreach (var server in plan.NameServers.Where(server => server.IndexOf(':') >= 0 == IsSix))
            {
                Rule("eng", $"-d {server} -p udp -m udp --dport 53 -j RETURN");
                Rule("eng", $"-d {server} -p tcp -m tcp --dport 53 -j RETURN");
            }

            Rule("eng", "-o lo -j REJECT");
            if (Network is not null)
            {
                Rule("eng", $"-d {Network} -o {plan.Device} -j RETURN");
            }

            Rule("eng", $"-o {FirewallPlan.DevicePrefix}+ -j REJECT");
            Each(Forbidden, range => Rule("eng", $"-d {range} -j REJECT"));
        }

        private string Translate(int? port)
        {
            var text = port is { } number ? Text(number) : null;
            return (Source, text) switch
            {
                (null, null) => "MASQUERADE",
                (null, _) => "MASQUERADE --to-ports " + text,
                (_, null) => "SNAT --to-source " + Source,
                _ => "SNAT --to-source " + Bracketed(Source) + ":" + text,
            };
        }

        private string Bracketed(string address) => IsSix ? "[" + address + "]" : address;

        // Naming a chain empties it, in the same step in which it is filled again.
        private void Table(string table, params string[] chains)
        {
            _text.Append('*').Append(table).Append('\n');
            Each(chains, chain => _text.Append(':').Append(Chain(plan, chain)).Append(" - [0:0]\n"));
        }

        private void Rule(string chain, string rule) => _text.Append("-A ").Append(Chain(plan, chain)).Append(' ').Append(rule).Append('\n');

        private void Commit() => _text.Append("COMMIT\n");

        private static IEnumerable<string> Multiport(IReadOnlyList<(int First, int Last)> ranges)
        {
            var list = new List<string>();
            var room = PortsInARule;
            foreach (var (first, last) in ranges)
            {
                var takes = first == last ? 1 : 2;
                if (takes > room)
                {
                    yield return string.Join(",", list);
                    list.Clear();
                    room = PortsInARule;
                }

                list.Add(Range(first, last));
                room -= takes;
            }

            if (list.Count > 0)
            {
                yield return string.Join(",", list);
            }
        }

        private static string Range(int first, int last) => first == last ? Text(first) : Text(first) + ":" + Text(last);

        private static void Each(IEnumerable<string> values, Action<string> action)
        {
            foreach (var value in values)
            {
                action(value);
            }
        }

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
