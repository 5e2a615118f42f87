using GostBt.Model;
using GostBt.Routing;

namespace GostBt.Core.Tests.Routing;

public sealed class FirewallOpeningTests
{
    [Fact]
    public void It_lets_in_the_ports_that_the_client_listens_on()
    {
        var opening = FirewallOpening.For("gost_tun", [PublishedPort.Parse("443:6666/both"), PublishedPort.Parse("6881-6889/tcp"), PublishedPort.Parse("6890/tcp")]);

        Assert.Equal(new FirewallOpening("gost_tun", "6666,6881-6890", "6666"), opening);
        Assert.Equal("firewall opening on gost_tun: tcp 6666,6881-6890 udp 6666", opening.ToString());
    }

    [Fact]
    public void Ports_are_written_as_nft_and_iptables_list_them()
    {
        var script = LinuxFirewall.Script(new FirewallOpening("gost_tun", "1,3,5,7,9,11,13-14,16", "6666"), "pass");

        Assert.Contains("\nTCP='{ 1, 3, 5, 7, 9, 11, 13-14, 16 }'\nUDP='6666'\n", script, StringComparison.Ordinal);
        Assert.Contains("\nTCP_CHUNKS='1,3,5,7,9,11,13:14 16'\nUDP_CHUNKS='6666'\n", script, StringComparison.Ordinal);
    }
}
