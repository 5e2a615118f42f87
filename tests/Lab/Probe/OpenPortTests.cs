using GostBt.Model;

namespace GostBt.Lab.Tests.Probe;

/// <summary>Ports that are open, and what the proof says about them.</summary>
[Collection(RunningCollection.Name)]
public sealed class OpenPortTests(RunningFixture fixture)
{
    [SkippableFact]
    public async Task From_the_server_both_protocols_reach_home_with_the_probes_own_address()
    {
        var before = await ServerAsync();

        var results = await fixture.TestAsync();

        Assert.Equal([(6666, PortProtocol.Tcp), (6666, PortProtocol.Udp), (7777, PortProtocol.Tcp), (7777, PortProtocol.Udp)], results.Keys.Order());
        Assert.All(results.Values, r =>
        {
            Assert.True(r.Open, r.Detail);
            Assert.Equal("GostBt", r.Answered);
            Assert.StartsWith("198.19.255.", r.SourceSeen, StringComparison.Ordinal);
            Assert.Equal(r.SourceExpected, r.SourceSeen);
            Assert.True(r.SourcePreserved);
            Assert.InRange(r.RoundTripMilliseconds!.Value, 0.01, 5000);
            Assert.Equal(ProbeStage.None, r.Stage);
        });
        Assert.Equal(before, await ServerAsync());
    }

    [SkippableFact]
    public async Task From_another_host_home_sees_that_hosts_public_address()
    {
        await using var peer = await RentedHost.StartAsync(fixture, "peer1");

        var results = await fixture.TestAsync("--from", peer.Target, "--accept-host-key");

        Assert.All(results.Values, r =>
        {
            Assert.True(r.Open, r.Detail);
            Assert.StartsWith(fixture.Lab.Facts.AddressOf("peer1") + ":", r.SourceSeen, StringComparison.Ordinal);
            Assert.True(r.SourcePreserved);
            Assert.Equal(peer.Target, r.From);
        });
    }

    private async Task<string> ServerAsync() => (await fixture.Lab.ShAsync(
        "vps", "ip netns; ip -o link | sed 's/^[0-9]*: //'; ip -4 route; nft list ruleset; ls /tmp")).Succeeded();
}
