using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>The server's table at work, with a tunnel that is up: what passes, with which addresses, and what does not.</summary>
[Collection(RunningCollection.Name)]
public sealed class FirewallTests(RunningFixture fixture)
{
    private const string Client = "192.168.123.2";
    private const int Published = 6666;

    [SkippableFact]
    public async Task A_peer_reaches_home_and_home_sees_the_peers_own_address_and_port()
    {
        var facts = fixture.Lab.Facts;
        using var tcp = NodeSocket.Create(fixture.Lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        using var udp = NodeSocket.Create(fixture.Lab, "home", SocketType.Dgram, AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));

        // Bound to the tunnel's address, as a BitTorrent client does it; what a socket on all addresses sends over UDP takes the ordinary route.
        var home = new IPEndPoint(IPAddress.Parse(Client), Published);
        tcp.Bind(home);
        tcp.Listen();
        udp.Bind(home);

        var asked = Witness.AskTcpAsync(fixture.Lab, "peer1", facts.VpsAddress, Published, sourcePort: 31001);
        using (var connection = await tcp.AcceptAsync(patience.Token))
        {
            Assert.Equal(facts.AddressOf("peer1") + ":31001", connection.RemoteEndPoint!.ToString());
            await connection.SendAsync("192.0.2.1 7"u8.ToArray(), patience.Token);
            Assert.Equal("192.0.2.1:7", (await asked)?.ToString());
        }

        asked = Witness.AskUdpAsync(fixture.Lab, "peer2", facts.VpsAddress, Published, sourcePort: 31002);
        var received = await udp.ReceiveFromAsync(new byte[128], new IPEndPoint(IPAddress.Any, 0), patience.Token);
        Assert.Equal(facts.AddressOf("peer2") + ":31002", received.RemoteEndPoint.ToString());
        await udp.SendToAsync("192.0.2.1 8"u8.ToArray(), received.RemoteEndPoint, patience.Token);
        Assert.Equal("192.0.2.1:8", (await asked)?.ToString());
    }

    [SkippableFact]
    public async Task Home_sends_from_a_published_port_and_the_peer_sees_that_port_of_the_server()
    {
        using var witness = Witness.Start(fixture.Lab, "peer1", 7300);

        Assert.Equal(fixture.Lab.Facts.VpsAddress + ":" + Published, await AskFromTunnelAsync("peer1", 7300, Published));
    }

    [SkippableFact]
    public async Task Home_sends_nothing_from_a_port_that_is_not_published()
    {
        using var witness = Witness.Start(fixture.Lab, "peer1", 7301);

        Assert.Equal(string.Empty, await AskFromTunnelAsync("peer1", 7301, 6667));
    }

    [SkippableFact]
    public async Task From_the_tunnel_the_server_answers_a_ping_and_nothing_else()
    {
        (await fixture.Lab.ShAsync("home", "ping -c 1 -W 5 192.168.123.1")).Succeeded();

        foreach (var address in new[] { "192.168.123.1", fixture.Lab.Facts.VpsAddress })
        {
            var ssh = await fixture.Lab.ShAsync("home", $"timeout 3 ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -b {Client} root@{address} true");
            Assert.NotEqual(0, ssh.ExitCode);
            Assert.DoesNotContain("verification", ssh.Error, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task The_tunnel_does_not_lead_into_the_providers_network()
    {
        using var witness = Witness.Start(fixture.Lab, "backbone", 7302);

        Assert.Equal(string.Empty, await AskFromTunnelAsync(fixture.Lab.Facts["PROVIDER_PRIVATE_ADDRESS"], 7302, Published));
        Assert.Equal(string.Empty, await AskFromTunnelAsync(fixture.Lab.Facts["METADATA_ADDRESS"], 7302, Published));
    }

    [SkippableFact]
    public async Task Connections_are_clamped_to_what_the_tunnel_carries()
    {
        using var witness = Witness.Start(fixture.Lab, "home", Published);

        var mss = await fixture.Lab.ShAsync(
            "peer1", $"timeout 8 bash -c 'exec 3<>/dev/tcp/{fixture.Lab.Facts.VpsAddress}/{Published}; ss -Hnti dport = :{Published}' | grep -o ' mss:[0-9]*'");

        // 1420 less both headers, less the time stamps where they are in use.
        Assert.Contains(mss.Succeeded().Trim(), new[] { "mss:1380", "mss:1368" });
    }

    [SkippableFact]
    public async Task Restarting_reloading_or_stopping_nftables_loses_neither_the_table_nor_the_engine()
    {
        var before = (await fixture.Lab.ShAsync("vps", "nft list table inet gostbt_home; systemctl show -p MainPID gostbt@home")).Succeeded();
        try
        {
            foreach (var verb in new[] { "start", "reload", "restart", "stop" })
            {
                (await fixture.Lab.ShAsync("vps", $"systemctl {verb} nftables")).Succeeded();
                Assert.Equal(before, (await fixture.Lab.ShAsync("vps", "nft list table inet gostbt_home; systemctl show -p MainPID gostbt@home")).Succeeded());
            }

            Assert.Equal("active\nactive\n", (await fixture.Lab.ShAsync("vps", "systemctl is-active gostbt@home gostbt-firewall@home")).Succeeded());
        }
        finally
        {
            await fixture.Lab.ShAsync("vps", "systemctl stop nftables; systemctl start gostbt-firewall@home gostbt@home");
        }
    }

    [SkippableFact]
    public async Task Without_its_rules_the_engine_does_not_start()
    {
        (await fixture.Lab.ShAsync("vps", "cp /etc/gostbt/home/firewall.nft /root; systemctl stop gostbt@home gostbt-firewall@home; echo 'no rules' >>/etc/gostbt/home/firewall.nft")).Succeeded();
        try
        {
            await fixture.Lab.ShAsync("vps", "systemctl start gostbt@home");

            Assert.Equal("inactive\nfailed\n", (await fixture.Lab.ShAsync("vps", "systemctl is-active gostbt@home gostbt-firewall@home; true")).Succeeded());
        }
        finally
        {
            (await fixture.Lab.ShAsync("vps", "cat /root/firewall.nft >/etc/gostbt/home/firewall.nft; rm /root/firewall.nft; systemctl start gostbt-firewall@home gostbt@home")).Succeeded();
            await fixture.UpAsync();

            // The agent at home may not have noticed yet that the engine is back.
            (await fixture.Lab.ShAsync("home", "for i in $(seq 30); do ping -c 1 -W 1 192.168.123.1 && exit; sleep 0.2; done; exit 1")).Succeeded();
        }
    }

    // Asks a witness over UDP from home's tunnel address and the given port; what it saw, as ADDRESS:PORT, or nothing.
    private async Task<string> AskFromTunnelAsync(string node, int port, int sourcePort)
    {
        var address = char.IsAsciiDigit(node[0]) ? node : fixture.Lab.Facts.AddressOf(node);
        using var socket = NodeSocket.Create(fixture.Lab, "home", SocketType.Dgram, AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        socket.Bind(new IPEndPoint(IPAddress.Parse(Client), sourcePort));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), patience.Token);
            await socket.SendAsync("who am I?"u8.ToArray(), patience.Token);
            var answer = new byte[128];
            var length = await socket.ReceiveAsync(answer, patience.Token);
            return Encoding.ASCII.GetString(answer, 0, length).Replace(' ', ':');
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return string.Empty;
        }
    }
}
