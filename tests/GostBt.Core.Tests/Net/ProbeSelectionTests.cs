using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Net;

public sealed class ProbeSelectionTests
{
    private static readonly Profile Profile = new()
    {
        Name = new ProfileName("home"),
        Server = new ProfileServer { Host = "vps.example.net" },
        Ports = [new(6666), new(7000, PortProtocol.Tcp), new(7000, PortProtocol.Udp), new(8000, PortProtocol.Udp)],
    };

    private static readonly PortProbeRequest All = new() { Name = Profile.Name };

    [Fact]
    public void By_default_everything_published_is_probed() => Assert.Equal(
        [new(6666), new(7000), new(8000, PortProtocol.Udp)],
        ProbeSelection.Of(Profile, All));

    [Fact]
    public void Ports_and_protocol_narrow_it() => Assert.Equal(
        [new(7000, PortProtocol.Tcp)],
        ProbeSelection.Of(Profile, All with { Ports = [7000, 7000, 8000], Protocol = PortProtocol.Tcp }));

    [Fact]
    public void Of_a_long_range_both_ends_are_probed_of_a_short_one_all_and_those_named_in_any_case()
    {
        var ranges = Profile with { Ports = [PublishedPort.Parse("7000-7002:6000/udp"), PublishedPort.Parse("10000-10999/tcp")] };
        Assert.Equal(["7000:6000/udp", "7001:6001/udp", "7002:6002/udp", "10000/tcp", "10999/tcp"], ProbeSelection.Of(ranges, All).Select(port => port.ToString()));
        Assert.Equal(["10500/tcp"], ProbeSelection.Of(ranges, All with { Ports = [10500] }).Select(port => port.ToString()));
    }

    [Fact]
    public void A_port_that_leads_to_two_ports_at_home_is_two_probes()
    {
        var mapped = Profile with { Ports = [PublishedPort.Parse("443:6666/tcp"), PublishedPort.Parse("443:7777/udp")] };
        Assert.Equal(["443:6666/tcp", "443:7777/udp"], ProbeSelection.Of(mapped, All).Select(port => port.ToString()));
    }

    [Theory]
    [InlineData(6667, 5, "not published")]
    [InlineData(0, 5, "0 is not a published port")]
    [InlineData(70000, 5, "70000 is not a published port")]
    [InlineData(6666, 0, "out of range")]
    [InlineData(6666, 61, "out of range")]
    public void What_cannot_be_probed_is_refused(int port, int seconds, string message)
    {
        var request = All with { Ports = [port], Timeout = TimeSpan.FromSeconds(seconds) };

        var error = Assert.Throws<GostBtException>(() => ProbeSelection.Of(Profile, request));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_none_of_the_ports_has_is_refused() =>
        Assert.Throws<GostBtException>(() => ProbeSelection.Of(Profile, All with { Ports = [8000], Protocol = PortProtocol.Tcp }));
}
