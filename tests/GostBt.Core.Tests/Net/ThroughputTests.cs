using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using GostBt.Core.Tests.Routing.Windows;
using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Routing.Windows;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Net;

/// <summary>The server's end played over loopback, and the rules of a Windows Firewall in memory; with a real server it is in the lab's tests.</summary>
public sealed class ThroughputTests
{
    private static readonly Profile Profile = Samples.Profile with { Tunnel = new ProfileTunnel { Network = "127.0.0.0/24", Client = "127.0.0.2" } };

    private readonly FakeFirewallRules _rules = new();

    private WindowsTunnelPlatform Platform => new(new WindowsSystem(), new WindowsRouteManager(new FakeIpHelper(), _rules), new WindowsFirewall(_rules));

    [SkippableFact]
    public async Task On_Windows_the_server_is_let_in_while_it_lasts()
    {
        Skip.If(OperatingSystem.IsMacOS(), "macOS has 127.0.0.1 alone");
        var during = string.Empty;

        var (down, up) = await MeasureAsync(async port =>
        {
            during = _rules.Rules[^1];
            await SendAsync(port);
            await TakeAsync(port);
        });

        Assert.True(down > 0 && up > 0, $"{down} down, {up} up");
        Assert.Matches(@"\|LPort=\d+\|LA4=127\.0\.0\.2\|RA4=127\.0\.0\.1\|Name=GostBt-gost_tun-test\|$", during);
        Assert.Single(_rules.Rules);
    }

    [SkippableFact]
    public async Task Nothing_stays_open_when_the_server_does_not_come()
    {
        Skip.If(OperatingSystem.IsMacOS(), "macOS has 127.0.0.1 alone");

        await Assert.ThrowsAsync<GostBtException>(() => MeasureAsync(_ => Task.CompletedTask));

        Assert.Equal(2, _rules.Calls.Count);
        Assert.Single(_rules.Rules);
    }

    private Task<(long Down, long Up)> MeasureAsync(Func<int, Task> server) =>
        Throughput.MeasureAsync(new Server(server), SshOptions.For(Profile), Profile, Platform, TimeSpan.FromSeconds(0.2), CancellationToken.None);

    private static async Task SendAsync(int port)
    {
        using var client = await ConnectAsync(port);
        var noughts = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await client.SendAsync(noughts);
            }
        }
        catch (SocketException)
        {
            // Home has enough.
        }
    }

    private static async Task TakeAsync(int port)
    {
        using var client = await ConnectAsync(port);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await client.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // As above.
        }
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await client.ConnectAsync(IPAddress.Parse("127.0.0.2"), port);
        return client;
    }

    private sealed class Server(Func<int, Task> plays) : ISshConnector, ISshSession
    {
        public int RoundTrips => 1;

        public Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken) => Task.FromResult<ISshSession>(this);

        public async Task<SshResult> RunScriptAsync(string script, TimeSpan deadline, CancellationToken cancellationToken)
        {
            await plays(int.Parse(Regex.Match(script, "GOSTBT_PORT=(\\d+)").Groups[1].Value, CultureInfo.InvariantCulture));
            return new SshResult(0, string.Empty, string.Empty);
        }

        public Task<SshResult> RunScriptWithFilesAsync(
            IReadOnlyList<SshFile> files, string script, TimeSpan deadline, IProgress<long>? progress, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
