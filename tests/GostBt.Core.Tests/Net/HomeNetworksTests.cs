using System.Net;
using GostBt.Core.Tests.Tunnel;
using GostBt.Net;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Net;

public sealed class HomeNetworksTests
{
    [Theory]
    [InlineData("192.168.1.7", "255.255.255.0", "192.168.1.0/24")]
    [InlineData("10.77.1.2", "255.0.0.0", "10.0.0.0/8")]
    [InlineData("100.64.3.9", "255.255.255.255", "100.64.3.8/30")]
    public void An_address_and_its_mask_make_a_network(string address, string mask, string network) =>
        Assert.Equal(network, HomeNetworks.Of(IPAddress.Parse(address), IPAddress.Parse(mask))?.ToString());

    [Fact]
    public void What_is_no_network_of_IPv4_counts_for_nothing()
    {
        Assert.Null(HomeNetworks.Of(IPAddress.IPv6Loopback, null));
        Assert.Null(HomeNetworks.Of(IPAddress.Parse("1.2.3.4"), IPAddress.Any));
    }

    [Fact]
    public void A_network_that_makes_way_is_told_with_the_device_it_overlaps()
    {
        (string, TunnelNetwork)[] home = [("eth0", TunnelNetwork.Parse("192.168.0.0/16"))];
        var moved = Samples.Profile with { Tunnel = Samples.Profile.Tunnel with { Network = "10.123.0.0/24", Client = "10.123.0.2" } };
        var told = new List<string>();

        HomeNetworks.Tell(Samples.Profile, moved, home, told.Add);
        HomeNetworks.Tell(moved, moved, home, told.Add);

        Assert.Contains("eth0 (192.168.0.0/16): the tunnel takes 10.123.0.0/24", Assert.Single(told), StringComparison.Ordinal);
    }
}
