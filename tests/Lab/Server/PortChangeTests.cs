using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Lab.Tests.Server;

/// <summary>Ports that come and go while a server is in use.</summary>
[Collection(LabCollection.Name)]
public sealed class PortChangeTests(LabFixture fixture)
{
    private static readonly ProfileName Home = new("home");

    [SkippableFact]
    public async Task A_closed_port_s_connections_end_and_the_others_live_on()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync(home.Request() with { Ports = [new PublishedPort(6666), new PublishedPort(7000)] });
        await using (var tunnel = await HomeTunnel.StartAsync(home))
        {
            var (peer, client) = await tunnel.ConnectAsync(6666);
            var (closedPeer, closedClient) = await tunnel.ConnectAsync(7000);
            using (peer)
            using (client)
            using (closedPeer)
            using (closedClient)
            {
                Assert.True(await HomeTunnel.PassesAsync(closedPeer, closedClient, TimeSpan.FromSeconds(10)));
                Assert.True(await HomeTunnel.PassesAsync(closedClient, closedPeer, TimeSpan.FromSeconds(10)));

                var ports = PortsOf(home);
                await ports.ApplyAsync(await ports.PlanRemovalAsync(Home, [new PublishedPort(7000)], SshOptions.For, CancellationToken.None), CancellationToken.None);

                Assert.True(await HomeTunnel.PassesAsync(peer, client, TimeSpan.FromSeconds(10)));
                Assert.True(await HomeTunnel.PassesAsync(client, peer, TimeSpan.FromSeconds(10)));
                Assert.False(await HomeTunnel.PassesAsync(closedPeer, closedClient, TimeSpan.FromSeconds(2)));
                Assert.False(await HomeTunnel.PassesAsync(closedClient, closedPeer, TimeSpan.FromSeconds(2)));
            }
        }

        await home.RemoveAsync();
    }

    [SkippableFact]
    public async Task Of_two_changes_at_once_none_is_lost()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        var ports = PortsOf(home);

        var ends = await Task.WhenAll(new[] { 7001, 7002 }.Select(port => Record.ExceptionAsync(() => AddAsync(port))));

        // Which was first is chance; the other says so, and comes through when it is run again.
        foreach (var error in ends.OfType<Exception>()) Assert.Equal(GostBtFailure.Busy, Assert.IsType<GostBtException>(error).Failure);
        foreach (var port in new[] { 7001, 7002 }.Where((_, index) => ends[index] is not null)) await AddAsync(port);
        Assert.Equal([6666, 7001, 7002], home.Profiles.Load(Home).Ports.Select(port => port.Port));
        Assert.Empty((await home.CheckAsync()).Findings);
        await home.RemoveAsync();

        async Task AddAsync(int port) =>
            await ports.ApplyAsync(await ports.PlanAdditionAsync(Home, [new PublishedPort(port)], SshOptions.For, CancellationToken.None), CancellationToken.None);
    }

    private static PublishedPorts PortsOf(Deployment home) =>
        new(home.Provisioner, home.Profiles, new TunnelController(home.Profiles, home.Paths, new HostBinaries(), home));
}
