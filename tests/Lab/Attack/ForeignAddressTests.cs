using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Server;

namespace GostBt.Lab.Tests.Attack;

/// <summary>gost takes packets from any address out of whose login it is; the server's kernel does not.</summary>
[Collection(LabCollection.Name)]
public sealed class ForeignAddressTests(LabFixture fixture)
{
    private const int Port = 7500;

    [SkippableTheory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_stolen_login_does_not_speak_into_the_server_s_own_connections(string backend)
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        var lab = home.Lab;
        await home.VpsAsync("mkdir /root/away; " + (backend == "iptables" ? "mv /usr/sbin/nft /root/away/" : "true"));
        try
        {
            await home.DeployAsync(home.Request() with { ServerEngine = new ServerEngine { Kind = EngineKind.Gost, File = GostRelease.Program } });
            var secrets = home.Profiles.LoadSecrets(new ProfileName("home"))!;
            var server = new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), Port);
            var peer = new IPEndPoint(IPAddress.Parse(lab.Facts.AddressOf("peer1")), Port);
            using var atServer = Bound("vps", server);
            using var atPeer = Bound("peer1", peer);
            await atServer.SendToAsync("question"u8.ToArray(), peer);
            await atPeer.SendToAsync("answer"u8.ToArray(), server);
            Assert.Equal("answer", await ReceiveAsync(atServer));

            await using var relay = await RelayAttacker.DialAsync(lab);
            var tun = RelayAttacker.Address("127.0.0.1", 8421);
            Assert.Equal(RelayAttacker.Ok, await relay.AskAsync(RelayAttacker.ConnectUdp, (secrets.Username, secrets.Password), tun));
            await relay.AnnounceAsync("192.168.123.2");
            await relay.SendDatagramAsync(RawPacket.Udp(peer, server, "forged"u8));

            // Under home's address it is let in, also after what is not.
            await relay.SendDatagramAsync(RawPacket.Ping(IPAddress.Parse("192.168.123.2"), IPAddress.Parse("192.168.123.1")));
            var length = await relay.ReceiveAsync(2, TimeSpan.FromSeconds(5));
            Assert.NotNull(length);
            var pong = await relay.ReceiveAsync((length[0] << 8) | length[1], TimeSpan.FromSeconds(5));
            Assert.Equal("192.168.123.1", new IPAddress(pong.AsSpan(12, 4)).ToString());

            await atPeer.SendToAsync("own"u8.ToArray(), server);
            Assert.Equal("own", await ReceiveAsync(atServer));
            await home.RemoveAsync();
        }
        finally
        {
            await home.VpsAsync("mv /root/away/* /usr/sbin/ 2>/dev/null; rmdir /root/away; nft flush ruleset");
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var buffer = new byte[100];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token));
    }

    private Socket Bound(string node, IPEndPoint address)
    {
        var socket = NodeSocket.Create(fixture.Lab, node, SocketType.Dgram, AddressFamily.InterNetwork);
        socket.Bind(address);
        return socket;
    }
}
