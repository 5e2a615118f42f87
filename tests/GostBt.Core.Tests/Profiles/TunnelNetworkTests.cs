using System.Net;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public class TunnelNetworkTests
{
    [Fact]
    public void The_server_takes_the_first_address()
    {
        var network = TunnelNetwork.Parse("10.9.8.0/29");
        Assert.Equal(IPAddress.Parse("10.9.8.1"), network.ServerAddress);
        Assert.True(network.HasHost(IPAddress.Parse("10.9.8.6")));
        Assert.False(network.HasHost(IPAddress.Parse("10.9.8.7")));
        Assert.False(network.HasHost(IPAddress.Parse("10.9.8.0")));
        Assert.False(network.HasHost(IPAddress.Parse("10.9.9.1")));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.9.8.0/24", true)]
    [InlineData("10.9.8.0/24", "10.0.0.0/8", true)]
    [InlineData("10.9.8.0/24", "10.9.9.0/24", false)]
    public void Networks_that_share_an_address_overlap(string one, string other, bool overlap) =>
        Assert.Equal(overlap, TunnelNetwork.Parse(one).Overlaps(TunnelNetwork.Parse(other)));
}
