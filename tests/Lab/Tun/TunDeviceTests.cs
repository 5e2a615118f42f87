using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Tun;

/// <summary>The TUN device of the bundled engine: made, taken, refused, taken away.</summary>
[Collection(AloneCollection.Name)]
public sealed class TunDeviceTests
{
    [SkippableFact]
    public async Task It_has_its_addresses_and_MTU_and_is_gone_after_SIGTERM()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        var server = pair.StartServer(TunnelEngine.Bundled);
        Assert.True(await pair.PingsAsync(pair.ServerNamespace, TunnelPair.ServerInner, 20));

        var shown = await pair.ShellAsync($"ip -n {pair.ServerNamespace} addr show gostbt_tun");
        Assert.Contains("mtu 1420", shown.Output, StringComparison.Ordinal);
        Assert.Contains("inet 192.168.123.1/24", shown.Output, StringComparison.Ordinal);
        Assert.Contains("inet6 fd00:7::1/64", shown.Output, StringComparison.Ordinal);

        await pair.StopAsync(server);
        Assert.Equal(0, server.ExitCode);
        Assert.NotEqual(0, (await pair.ShellAsync($"ip -n {pair.ServerNamespace} link show gostbt_tun")).ExitCode);
    }

    [SkippableFact]
    public async Task CAP_NET_ADMIN_is_enough()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        pair.StartServer(Nobody("666", "--inh-caps=+net_admin", "--ambient-caps=+net_admin"));
        Assert.True(await pair.PingsAsync(pair.ServerNamespace, TunnelPair.ServerInner, 20));
    }

    [SkippableFact]
    public async Task Without_it_the_error_says_so()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        Assert.Contains("CAP_NET_ADMIN is missing", await FailureAsync(pair.StartServer(Nobody("666"))), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_node_that_is_closed_to_it_is_another_error()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        var server = pair.StartServer(Nobody("600", "--inh-caps=+net_admin", "--ambient-caps=+net_admin"));
        Assert.Contains("chmod 666 /dev/net/tun", await FailureAsync(server), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_system_without_TUN_is_told_what_to_do()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        var server = pair.StartServer("unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net && exec \"$@\"", "sh");
        Assert.Contains("no /dev/net/tun", await FailureAsync(server), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_name_that_is_taken_is_named()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        (await pair.ShellAsync($"ip -n {pair.ServerNamespace} link add gostbt_tun type veth peer name other")).Succeeded();
        Assert.Contains("gostbt_tun is taken", await FailureAsync(pair.StartServer(TunnelEngine.Bundled)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_device_taken_away_ends_the_engine_with_an_error()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        var server = pair.StartServer(TunnelEngine.Bundled);
        Assert.True(await pair.PingsAsync(pair.ServerNamespace, TunnelPair.ServerInner, 20));

        await pair.ShellAsync($"ip -n {pair.ServerNamespace} link del gostbt_tun");
        Assert.Contains("gostbt_tun is gone", await FailureAsync(server), StringComparison.Ordinal);
    }

    // gost: the server closes its socket at the first error and opens it a second later, for all clients.
    [SkippableFact]
    public async Task A_client_that_became_unreachable_costs_the_others_nothing()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        pair.StartServer(TunnelEngine.Bundled);
        pair.StartClient(TunnelEngine.Bundled);
        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 20));

        (await pair.ShellAsync($"ip -n {pair.ClientNamespace} addr add 10.214.0.3/24 dev outer")).Succeeded();
        using var lost = NodeSocket.Create(pair.ClientNamespace, SocketType.Dgram, AddressFamily.InterNetwork);
        lost.Bind(new IPEndPoint(IPAddress.Parse("10.214.0.3"), 0));
        byte[] hello = [.. "GOST"u8, .. "sixteen.bytes.ok"u8, .. IPAddress.Parse("192.168.123.3").MapToIPv6().GetAddressBytes()];
        await lost.SendToAsync(hello, new IPEndPoint(IPAddress.Parse(TunnelPair.ServerOuter), 8421));
        Assert.Equal(20, await lost.ReceiveAsync(new byte[64]));
        (await pair.ShellAsync($"ip -n {pair.ServerNamespace} route add unreachable 10.214.0.3/32")).Succeeded();

        var pings = await pair.ShellAsync($"""
            ip netns exec {pair.ServerNamespace} ping -q -i 0.02 -w 4 192.168.123.3 >/dev/null 2>&1 &
            ip netns exec {pair.ServerNamespace} ping -q -i 0.1 -c 30 -W 1 {TunnelPair.ClientInner}
            wait
            """);
        Assert.Contains(" 30 received", pings.Output, StringComparison.Ordinal);
    }

    // gost: this datagram ends the process, with an auther set too.
    [SkippableFact]
    public async Task A_datagram_of_16385_bytes_with_an_IPv4_header_harms_nobody()
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        await using var pair = await TunnelPair.RaiseAsync(relay: false);
        pair.StartServer(TunnelEngine.Bundled);
        pair.StartClient(TunnelEngine.Bundled);
        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 20));

        using var stranger = NodeSocket.Create(pair.ClientNamespace, SocketType.Dgram, AddressFamily.InterNetwork);
        var datagram = new byte[16385];
        (datagram[0], datagram[2], datagram[3]) = (0x45, 16385 >> 8, 16385 & 0xFF);
        for (var i = 0; i < 10; i++)
            await stranger.SendToAsync(datagram, new IPEndPoint(IPAddress.Parse(TunnelPair.ServerOuter), 8421));

        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 2));
    }

    // As the user nobody, with a node of this mode: udev leaves it open to all, systems without udev often keep it for root.
    private static string[] Nobody(string mode, params string[] capabilities) =>
    [
        "unshare", "-m", "sh", "-c", $"mount -t tmpfs none /dev/net && mknod -m {mode} /dev/net/tun c 10 200 && exec \"$@\"", "sh",
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. capabilities,
    ];

    private static async Task<string> FailureAsync(System.Diagnostics.Process process)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.NotEqual(0, process.ExitCode);
        return error;
    }
}
