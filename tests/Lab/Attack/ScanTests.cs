using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Attack;

/// <summary>From the attacker's node only ssh and the tunnel port answer.</summary>
[Collection(RunningCollection.Name)]
public sealed class ScanTests(RunningFixture fixture)
{
    private const int AtOnce = 512;

    [SkippableFact]
    public async Task Of_all_TCP_ports_only_ssh_and_the_tunnel_answer()
    {
        var open = new List<int>();
        foreach (var ports in Enumerable.Range(1, 65535).Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(ports.Select(port => AnswersAsync("attacker", fixture.Lab.Facts.VpsAddress, port)));
            open.AddRange(ports.Where((_, i) => answers[i]));
        }

        Assert.Equal([22, 8443], open);
    }

    [SkippableTheory]
    [InlineData("attacker", "VPS_ADDRESS6", new[] { 22, 8443 })]
    [InlineData("nat", "HOME_ADDRESS", new int[0])]
    public async Task Elsewhere_no_port_of_GostBt_answers_either(string from, string address, int[] expected)
    {
        int[] ports = [22, 80, 443, 1080, 5522, 6666, 7777, 8421, 8443];

        var answers = await Task.WhenAll(ports.Select(port => AnswersAsync(from, fixture.Lab.Facts[address], port)));

        Assert.Equal(expected, ports.Where((_, i) => answers[i]));
    }

    [SkippableFact]
    public async Task No_UDP_port_answers_not_even_the_TUN()
    {
        byte[] hello = [.. "GOST"u8, .. new byte[16], .. new byte[10], 0xff, 0xff, 192, 168, 123, 2];
        int[] ports = [22, 53, 67, 69, 123, 161, 443, 500, 1194, 1900, 4500, 5353, 5522, 6666, 6881, 7777, 8420, 8421, 8422, 8443, 51413, 51820];

        var answers = await Task.WhenAll(ports.Select(port => AnswersUdpAsync(port, hello)));

        Assert.Empty(ports.Where((_, i) => answers[i]));
    }

    [SkippableFact]
    public async Task The_server_listens_on_nothing_else()
    {
        var sockets = (await fixture.Lab.ShAsync("vps", "ss -Hlntu | awk '{ print $1, $5 }'")).Succeeded();

        var outside = sockets.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(socket => !socket.Contains(" 127.", StringComparison.Ordinal) && !socket.Contains(" [::1]", StringComparison.Ordinal))
            .Select(socket => $"{socket[..3]} {socket[(socket.LastIndexOf(':') + 1)..]}")
            .Distinct()
            .Order();
        Assert.Contains("udp 127.0.0.1:8421", sockets, StringComparison.Ordinal);
        Assert.Equal(["tcp 22", "tcp 8443"], outside);
    }

    private async Task<bool> AnswersAsync(string from, string address, int port)
    {
        var target = new IPEndPoint(IPAddress.Parse(address), port);
        using var socket = NodeSocket.Create(fixture.Lab, from, SocketType.Stream, target.AddressFamily);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await socket.ConnectAsync(target, deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> AnswersUdpAsync(int port, byte[] question)
    {
        using var socket = NodeSocket.Create(fixture.Lab, "attacker", SocketType.Dgram, AddressFamily.InterNetwork);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.ConnectAsync(IPEndPoint.Parse(string.Create(CultureInfo.InvariantCulture, $"{fixture.Lab.Facts.VpsAddress}:{port}")));
            await socket.SendAsync(question, deadline.Token);
            _ = await socket.ReceiveAsync(new byte[2048], deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
