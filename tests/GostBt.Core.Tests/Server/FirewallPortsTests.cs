using GostBt.Model;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class FirewallPortsTests
{
    [Fact]
    public void Neighbours_become_one_range_whatever_their_order() =>
        Assert.Equal([(6881, 6890), (7000, 7000)], For("6890", "7000", "6881-6885", "6886-6889").Same);

    [Fact]
    public void A_protocol_has_its_own_ports_only() => Assert.Equal([(1000, 1000), (1002, 1002)], For("1000/both", "1001/udp", "1002/tcp").Same);

    [Fact]
    public void A_mapped_range_leads_to_its_ports_inside_and_they_leave_from_it()
    {
        var ports = For("7000-7002:6000-6002");

        Assert.Empty(ports.Same);
        Assert.Equal([(6000, 6002)], ports.Inside);
        Assert.Equal([(6000, 7000), (6001, 7001), (6002, 7002)], ports.Outgoing);
    }

    [Fact]
    public void A_port_inside_with_two_outside_leaves_from_its_own_number_or_else_from_the_first()
    {
        Assert.Empty(For("443:6666", "6666").Outgoing);
        Assert.Equal([(6666, 443)], For("8080:6666", "443:6666").Outgoing);
    }

    private static FirewallPorts For(params string[] ports) => FirewallPorts.For(ports.Select(port => PublishedPort.Parse(port)), PortProtocol.Tcp);
}
