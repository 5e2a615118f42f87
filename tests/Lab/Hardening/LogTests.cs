using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GostBt.Lab.Tests.Attack;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Hardening;

/// <summary>What the server's journal keeps of those who come by.</summary>
[Collection(RunningCollection.Name)]
public sealed class LogTests(RunningFixture fixture)
{
    private const int Knocks = 2000;
    private const int AtOnce = 50;

    // LogRateLimitBurst of the unit, and what systemd itself may say.
    private const int MostLines = 250;

    [SkippableFact]
    public async Task The_journal_names_neither_secrets_nor_peers()
    {
        var lab = fixture.Lab;
        var (user, password) = fixture.Login;
        var wrong = ("somebody-else", "a-wrong-password");
        var since = await CursorAsync();

        // Peers, through the published ports both ways; trackers through the relay; a stranger with wrong credentials and one with garbage.
        Assert.All((await fixture.TestAsync()).Values, result => Assert.True(result.Open, result.Detail));
        using (Witness.Start(lab, "home", 6666, "192.168.123.2"))
        {
            Assert.Equal(lab.Facts.AddressOf("peer1"), (await Witness.AskTcpAsync(lab, "peer1", lab.Facts.VpsAddress, 6666))?.Address.ToString());
            Assert.Equal(lab.Facts.AddressOf("peer1"), (await Witness.AskUdpAsync(lab, "peer1", lab.Facts.VpsAddress, 6666))?.Address.ToString());
        }

        var tracker = lab.Facts.AddressOf("tracker");
        using (Witness.Start(lab, "tracker", 7000))
        {
            (await lab.ExecAsync("home", ["curl", "-s", "--http0.9", "--max-time", "5", "--socks5", "127.0.0.1:5522", $"http://{tracker}:7000/"])).Succeeded();
        }

        // Nothing listens there: a failure that the relay has to tell of.
        await lab.ExecAsync("home", ["curl", "-s", "--max-time", "5", "--socks5", "127.0.0.1:5522", $"http://{tracker}:7999/"]);
        Assert.Equal(RelayAttacker.Unauthorized, await RelayAttacker.StatusOfAsync(lab, RelayAttacker.Connect, wrong, RelayAttacker.Address(tracker, 7000)));
        await KnockAsync();

        var log = await JournalAsync(since);
        foreach (var word in new[] { user, password, wrong.Item1, wrong.Item2, tracker, lab.Facts.AddressOf("peer1"), lab.Facts.AddressOf("attacker"), lab.Facts.NatAddress })
        {
            Assert.DoesNotContain(word, log, StringComparison.OrdinalIgnoreCase);
        }
    }

    [SkippableFact]
    public async Task Hammering_at_the_port_does_not_fill_it()
    {
        var lab = fixture.Lab;
        var since = await CursorAsync();

        foreach (var some in Enumerable.Range(0, Knocks).Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(_ => KnockAsync()));
        }

        for (var i = 0; i < AtOnce; i++)
        {
            await RelayAttacker.StatusOfAsync(lab, RelayAttacker.Connect, ("root", "root"), RelayAttacker.Address("192.0.2.1", 80));
        }

        Assert.InRange((await JournalAsync(since)).Count(character => character == '\n'), 0, MostLines);
        Assert.Equal("0", (await lab.ShAsync("vps", "systemctl show -p NRestarts --value gostbt@home")).Succeeded().Trim());
        Assert.Equal(0, (await lab.ShAsync("home", "ping -c 1 -W 5 192.168.123.1")).ExitCode);
    }

    private async Task<string> CursorAsync() =>
        (await fixture.Lab.ShAsync("vps", "journalctl -q -n 1 -o export --no-pager | sed -n 's/^__CURSOR=//p'")).Succeeded().Trim();

    private async Task<string> JournalAsync(string since) =>
        (await fixture.Lab.ShAsync("vps", $"journalctl --sync; journalctl -q -o cat --no-pager --after-cursor '{since}' -u 'gostbt*'")).Succeeded();

    // Garbage, and gone.
    private async Task KnockAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var socket = NodeSocket.Create(fixture.Lab, "attacker", SocketType.Stream, AddressFamily.InterNetwork);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(fixture.Lab.Facts.VpsAddress), 8443), deadline.Token);
            await socket.SendAsync(RandomNumberGenerator.GetBytes(300), deadline.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Turned away.
        }
    }
}
