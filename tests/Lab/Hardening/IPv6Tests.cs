using System.Diagnostics;
using System.Net;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Hardening;

/// <summary>Peers reach home over the server's IPv6, whether home has IPv6 of its own or not.</summary>
[Collection(RunningCollection.Name)]
public sealed class IPv6Tests(RunningFixture fixture)
{
    private const string Home6 = "fd7a:6f73:7462:bba8::2";

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_is_seen_with_its_own_address_and_answered_from_the_server_s(bool homeHasIPv6)
    {
        var lab = fixture.Lab;
        var (peer, server) = (lab.Facts.AddressOf("peer1", ipv6: true), lab.Facts.VpsAddress6);
        await lab.SwitchHomeIPv6Async(homeHasIPv6);
        try
        {
            using var witness = Witness.Start(lab, "home", 6666, Home6);

            // The questions come from connected sockets, which take an answer from the server's address and port only.
            Assert.Equal(peer, (await Witness.AskTcpAsync(lab, "peer1", server, 6666))?.Address.ToString());
            Assert.Equal(new IPEndPoint(IPAddress.Parse(peer), 6881), await Witness.AskUdpAsync(lab, "peer1", server, 6666, sourcePort: 6881));
        }
        finally
        {
            await lab.SwitchHomeIPv6Async(on: true);
        }
    }

    [SkippableFact]
    public async Task The_port_test_proves_it_from_the_server_and_from_elsewhere()
    {
        await using var peer = await RentedHost.StartAsync(fixture, "peer1");

        var fromServer = await fixture.TestAsync();
        var fromPeer = await fixture.TestAsync("--from", peer.Target, "--accept-host-key");

        Assert.All(fromServer.Values.Concat(fromPeer.Values), result =>
        {
            Assert.True(result.Open, result.Detail);
            Assert.True(result.OpenIPv6, result.DetailIPv6);
            Assert.True(result.SourcePreservedIPv6, result.SourceSeenIPv6);
        });
        Assert.All(fromServer.Values, result => Assert.StartsWith("[2001:2:0:", result.SourceSeenIPv6, StringComparison.Ordinal));
        Assert.All(fromPeer.Values, result => Assert.StartsWith($"[{fixture.Lab.Facts.AddressOf("peer1", ipv6: true)}]:", result.SourceSeenIPv6, StringComparison.Ordinal));
        Assert.DoesNotContain("2001:2:0:", (await fixture.Lab.ShAsync("vps", "ip -6 address; ip -6 route")).Succeeded(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_client_that_listens_over_IPv4_only_is_told_so()
    {
        using var client = Witness.Start(fixture.Lab, "home", 6666, "192.168.123.2");
        var results = await fixture.TestAsync();

        Assert.True(results[(6666, Model.PortProtocol.Tcp)].Open);
        Assert.False(results[(6666, Model.PortProtocol.Tcp)].OpenIPv6);
        Assert.Contains(Home6, results[(6666, Model.PortProtocol.Tcp)].DetailIPv6, StringComparison.Ordinal);
        Assert.True(results[(7777, Model.PortProtocol.Tcp)].OpenIPv6);
    }

    [SkippableFact]
    public async Task What_is_not_published_stays_shut_over_IPv6_too()
    {
        var lab = fixture.Lab;
        using var witness = Witness.Start(lab, "home", 6000, Home6);

        Assert.Null(await Witness.AskTcpAsync(lab, "peer1", lab.Facts.VpsAddress6, 6000));
        Assert.NotEqual(0, (await lab.ShAsync("peer1", $"ip -6 route replace {Home6} via $(ip -6 route show default | awk '{{ print $3 }}') && ping -6 -c 1 -W 2 {Home6}")).ExitCode);
    }

    [SkippableFact]
    public async Task Ordinary_IPv6_traffic_keeps_its_way()
    {
        var lab = fixture.Lab;
        var tracker = lab.Facts.AddressOf("tracker", ipv6: true);
        using var witness = Witness.Start(lab, "tracker", 7001);

        Assert.Equal(lab.Facts.HomeAddress6, (await Witness.AskTcpAsync(lab, "home", tracker, 7001))?.Address.ToString());
        Assert.Equal(lab.Facts.HomeAddress6, (await Witness.AskUdpAsync(lab, "home", tracker, 7001))?.Address.ToString());
        Assert.Equal("", (await lab.ShAsync("home", "ip -6 route show default dev gost_tun")).Succeeded());
        Assert.Contains("dev gost_tun", (await lab.ShAsync("home", $"ip -6 route get {tracker} from {Home6}")).Succeeded(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Without_IPv6_at_home_what_was_out_of_reach_stays_so_at_once()
    {
        var lab = fixture.Lab;
        await lab.SwitchHomeIPv6Async(on: false);
        try
        {
            Assert.NotEqual(0, (await lab.ShAsync("home", $"ip -6 route get {lab.Facts.AddressOf("tracker", ipv6: true)}")).ExitCode);
        }
        finally
        {
            await lab.SwitchHomeIPv6Async(on: true);
        }
    }

    [SkippableFact]
    public async Task Its_address_and_rule_are_put_back_when_they_vanish()
    {
        var lab = fixture.Lab;
        (await lab.ShAsync("home", $"ip -6 rule del priority 5200 && ip -6 address del {Home6}/64 dev gost_tun")).Succeeded();

        var watch = Stopwatch.StartNew();
        while ((await lab.ShAsync("home", $"ip -6 rule show priority 5200 | grep -q {Home6} && ip -6 address show dev gost_tun | grep -q {Home6} && ip -6 route get 2000:: from {Home6} | grep -q gost_tun")).ExitCode != 0)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40), (await lab.ShAsync("home", "ip -6 rule; ip -6 addr; ip -6 route show table all")).Output);
            await Task.Delay(250);
        }

        Assert.Equal(0, (await lab.ShAsync("home", "ping -6 -c 1 -W 5 fd7a:6f73:7462:bba8::1")).ExitCode);
    }
}
