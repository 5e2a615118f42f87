using System.Net;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public class TunnelNetwork6Tests
{
    [Fact]
    public void It_belongs_to_the_IPv4_network_and_has_two_addresses()
    {
        var network = TunnelNetwork6.For(new ProfileTunnel());

        Assert.Equal("fd7a:6f73:7462:bba8::/64", network.ToString());
        Assert.Equal(IPAddress.Parse("fd7a:6f73:7462:bba8::1"), network.ServerAddress);
        Assert.Equal(IPAddress.Parse("fd7a:6f73:7462:bba8::2"), network.ClientAddress);
    }

    [Fact]
    public void Tunnels_side_by_side_never_share_it()
    {
        var networks = new List<string>();
        for (var third = 0; third < 256; third++)
        {
            networks.Add(Of($"192.168.{third}.0/24"));
            networks.Add(Of($"192.168.{third}.128/25"));
        }

        Assert.Equal(networks.Count, networks.Distinct().Count());
        Assert.NotEqual(Of("10.1.2.0/24"), Of("10.2.2.0/24"));

        static string Of(string network) => TunnelNetwork6.For(new ProfileTunnel { Network = network }).ToString();
    }

    [Fact]
    public void A_given_one_is_taken()
    {
        var network = TunnelNetwork6.For(new ProfileTunnel { Network6 = "fd00:1:2:3::/126" });

        Assert.Equal(IPAddress.Parse("fd00:1:2:3::2"), network.ClientAddress);
        Assert.Equal(126, network.PrefixLength);
    }

    [Theory]
    [InlineData("2001:db8::/64")]
    [InlineData("fc00::/64")]
    [InlineData("fd00::1/64")]
    [InlineData("fd00::/63")]
    [InlineData("fd00::/127")]
    [InlineData("fd00::")]
    [InlineData("192.168.123.0/24")]
    [InlineData("fd00::/64 ")]
    public void What_is_none_is_refused_with_what_to_give(string text)
    {
        var error = Assert.Throws<GostBtException>(() => TunnelNetwork6.Parse(text));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("fd7a:6f73:7462:1::/64", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tunnel_has_it_where_the_server_publishes_IPv6_and_the_MTU_allows_it()
    {
        var profile = new Profile { Name = new ProfileName("home"), Server = new ProfileServer { Host = "vps" }, Ports = [new PublishedPort(6666)] };
        var published = profile with { Server = profile.Server with { PublicAddress6 = "2001:db8::10" } };

        Assert.Null(TunnelNetwork6.Of(profile));
        Assert.NotNull(TunnelNetwork6.Of(published));
        Assert.NotNull(TunnelNetwork6.Of(published with { Tunnel = new ProfileTunnel { Mtu = 1280 } }));
        Assert.Null(TunnelNetwork6.Of(published with { Tunnel = new ProfileTunnel { Mtu = 1279 } }));
    }
}
