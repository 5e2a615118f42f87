using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>What the guard's rules let in of what only a forged engine would send: packets for the LAN's hosts, for this PC's other addresses, and for a container that a published port is handed on to.</summary>
[Collection(TunnelCollection.Name)]
public sealed class GuardRulesTests(TunnelFixture fixture)
{
    // Home stands between the tunnel, here a cable to whoever sends what he likes, and a host of its LAN.
    private const string Raise = """
        undo() { kill $far $lan $one $two $three; ip link del gost_tun; ip link del lan0; nft delete table ip handed; nft delete table inet gostbt_guard_gost_tun; echo $was >/proc/sys/net/ipv4/ip_forward; }
        trap 'undo 2>/dev/null' EXIT
        was=$(cat /proc/sys/net/ipv4/ip_forward); echo 1 >/proc/sys/net/ipv4/ip_forward
        apart() { until [ "$(readlink /proc/$2/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done; ip link set "$1" netns $2; nsenter -t $2 -n ip link set "$1" up; }
        at() { host=$1; shift; nsenter -t $host -n "$@"; }
        listen() { exec "$@",fork,reuseaddr 'SYSTEM:echo reached' >/dev/null 2>&1; }
        unshare -n sleep 60 >/dev/null 2>&1 & far=$!
        unshare -n sleep 60 >/dev/null 2>&1 & lan=$!
        ip link add gost_tun type veth peer name far0; ip link add lan0 type veth peer name lan1
        apart far0 $far; apart lan1 $lan
        ip address add 192.168.123.2/24 dev gost_tun; ip link set gost_tun up
        ip address add 10.99.0.1/24 dev lan0; ip link set lan0 up
        at $far ip address add 192.168.123.1/24 dev far0; at $far ip route add default via 192.168.123.2
        at $lan ip address add 10.99.0.2/24 dev lan1; at $lan ip route add default via 10.99.0.1
        listen nsenter -t $lan -n socat TCP-LISTEN:6666 & one=$!
        listen nsenter -t $lan -n socat TCP-LISTEN:7777 & two=$!
        listen socat TCP-LISTEN:6667 & three=$!
        for listener in 10.99.0.2:7777 10.99.0.2:6666 10.99.0.1:6667; do
            for try in $(seq 100); do [ "$(socat -u TCP:$listener - 2>/dev/null)" = reached ] && break; sleep 0.1; done
        done
        nft 'add table ip handed; add chain ip handed pre { type nat hook prerouting priority dstnat; }; add rule ip handed pre ip daddr 192.168.123.2 tcp dport 6666 dnat to 10.99.0.2'
        all() { for to in 10.99.0.2:7777 10.99.0.2:6666 10.99.0.1:6667 192.168.123.2:6667 192.168.123.2:6666; do echo "$to $(at $far timeout 3 socat -u TCP:$to,connect-timeout=1 - 2>/dev/null </dev/null)"; done; }
        all
        nft -f -
        all
        """;

    [SkippableFact]
    public async Task Neither_the_LAN_nor_another_address_of_this_PC_is_reached_but_a_published_port_that_is_handed_on()
    {
        var guard = TunnelGuard.For(ProfileYaml.Parse(await File.ReadAllTextAsync(fixture.Profile), fixture.Profile), [PublishedPort.Parse("6666")]);

        var reached = (await fixture.Lab.ExecAsync("home", ["sh", "-c", Raise], guard.Script())).Succeeded();

        string[] all = ["10.99.0.2:7777", "10.99.0.2:6666", "10.99.0.1:6667", "192.168.123.2:6667", "192.168.123.2:6666"];
        Assert.Equal(
            [.. all.Select(address => address + " reached"), .. all.Take(4).Select(address => address + " "), all[4] + " reached"],
            reached.TrimEnd('\n').Split('\n'));
    }
}
