using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public class ProfileRulesTests
{
    private static readonly Profile Good = new()
    {
        Name = new ProfileName("home"),
        Server = new ProfileServer { Host = "vps.example.net", User = "root" },
        Ports = [new PublishedPort(6666)],
    };

    public static TheoryData<string, Profile> Bad => new()
    {
        { "no port", Good with { Ports = [] } },
        { "port 0", Good with { Ports = [new PublishedPort(0)] } },
        { "port 70000", Good with { Ports = [new PublishedPort(70000)] } },
        { "the ssh port", Good with { Ports = [new PublishedPort(22)] } },
        { "a moved ssh port", Good with { Server = Good.Server with { SshPort = 2222 }, Ports = [new PublishedPort(2222)] } },
        { "the tunnel port", Good with { Ports = [new PublishedPort(8443, PortProtocol.Udp)] } },
        { "the SOCKS5's port", Good with { Ports = [new PublishedPort(5522)] } },
        { "a moved SOCKS5's port", Good with { Proxy = Good.Proxy with { Port = 6666 } } },
        { "a port twice", Good with { Ports = [new PublishedPort(6666), new PublishedPort(6666, PortProtocol.Tcp)] } },
        { "ranges that overlap", Good with { Ports = [PublishedPort.Parse("7000-7009"), PublishedPort.Parse("7009-7010/udp")] } },
        { "one port inside for two outside", Good with { Ports = [PublishedPort.Parse("443:6666"), PublishedPort.Parse("6666")] } },
        { "a range backwards", Good with { Ports = [new PublishedPort(7001, 7000, 7001, PortProtocol.Both)] } },
        { "a range past the last port", Good with { Ports = [new PublishedPort(65000, 65536, 65000, PortProtocol.Both)] } },
        { "a range past the last port inside", Good with { Ports = [new PublishedPort(7000, 7001, 65535, PortProtocol.Both)] } },
        { "port 0 inside", Good with { Ports = [new PublishedPort(7000, 7000, 0, PortProtocol.Both)] } },
        { "the ssh port in a range", Good with { Ports = [PublishedPort.Parse("20-30/udp")] } },
        { "the tunnel port in a range", Good with { Ports = [PublishedPort.Parse("8000-9000")] } },
        { "the SOCKS5's port inside", Good with { Ports = [PublishedPort.Parse("7000-7009:5520-5529")] } },
        { "no protocol", Good with { Ports = [new PublishedPort(6666, PortProtocol.None)] } },
        { "tunnel on ssh", Good with { Tunnel = Good.Tunnel with { Port = 22 } } },
        { "an option as host", Good with { Server = Good.Server with { Host = "-oProxyCommand=id" } } },
        { "a shell word as host", Good with { Server = Good.Server with { Host = "a;b" } } },
        { "an option as jump host", Good with { Server = Good.Server with { JumpHost = "-oProxyCommand=id" } } },
        { "a shell word as user", Good with { Server = Good.Server with { User = "$(id)" } } },
        { "an interface with a space", Good with { Tunnel = Good.Tunnel with { Interface = "gost tun" } } },
        { "an interface too long", Good with { Tunnel = Good.Tunnel with { Interface = "abcdefghijklmnop" } } },
        { "an MTU too small", Good with { Tunnel = Good.Tunnel with { Mtu = 500 } } },
        { "a client outside", Good with { Tunnel = Good.Tunnel with { Client = "10.0.0.2" } } },
        { "the server's address", Good with { Tunnel = Good.Tunnel with { Client = "192.168.123.1" } } },
        { "the broadcast address", Good with { Tunnel = Good.Tunnel with { Client = "192.168.123.255" } } },
        { "host bits", Good with { Tunnel = Good.Tunnel with { Network = "192.168.123.1/24" } } },
        { "an unknown transport", Good with { Tunnel = Good.Tunnel with { Transport = "quic" } } },
        { "a transport in the clear", Good with { Tunnel = Good.Tunnel with { Transport = "tcp" } } },
        { "a websocket in the clear", Good with { Tunnel = Good.Tunnel with { Transport = "ws" } } },
        { "a name as public address", Good with { Server = Good.Server with { PublicAddress = "vps" } } },
        { "an address short", Good with { Server = Good.Server with { PublicAddress = "10.1" } } },
    };

    [Fact]
    public void A_good_profile_passes() => Assert.Same(Good, ProfileRules.Require(Good));

    [Fact]
    public void A_port_may_be_named_once_for_each_protocol() =>
        ProfileRules.Require(Good with { Ports = [new PublishedPort(6666, PortProtocol.Tcp), new PublishedPort(6666, PortProtocol.Udp)] });

    [Fact]
    public void What_only_looks_like_a_clash_passes() => ProfileRules.Require(Good with
    {
        // The SOCKS5's and the tunnel's port are home's and the server's; TCP and UDP go their own ways.
        Ports =
        [
            PublishedPort.Parse("5522:6666"), PublishedPort.Parse("443:8443/tcp"), PublishedPort.Parse("443:7777/udp"), PublishedPort.Parse("7000-7009/tcp"),
            PublishedPort.Parse("7005-7014:8005-8014/udp"),
        ],
    });

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_one_is_refused_with_a_remedy(string what, Profile profile)
    {
        var error = Assert.Throws<GostBtException>(() => ProfileRules.Require(profile));
        Assert.True(error.Failure == GostBtFailure.InvalidInput, what);
        Assert.NotEmpty(error.Remedy);
    }
}
