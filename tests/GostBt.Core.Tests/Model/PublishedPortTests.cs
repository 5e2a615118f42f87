using GostBt.Model;

namespace GostBt.Core.Tests.Model;

public class PublishedPortTests
{
    [Theory]
    [InlineData("6666", "6666/both", 6666, 6666, 6666, 6666)]
    [InlineData(" 6666/TCP ", "6666/tcp", 6666, 6666, 6666, 6666)]
    [InlineData("6881-6889/udp", "6881-6889/udp", 6881, 6889, 6881, 6889)]
    [InlineData("443:6666", "443:6666/both", 443, 443, 6666, 6666)]
    [InlineData("7000-7009:6000-6009/udp", "7000-7009:6000-6009/udp", 7000, 7009, 6000, 6009)]
    [InlineData("7000-7009:6000/udp", "7000-7009:6000-6009/udp", 7000, 7009, 6000, 6009)]
    [InlineData("6666:6666/both", "6666/both", 6666, 6666, 6666, 6666)]
    [InlineData("1-65535", "1-65535/both", 1, 65535, 1, 65535)]
    [InlineData("7000-7000", "7000/both", 7000, 7000, 7000, 7000)]
    public void Is_read_and_written(string text, string written, int first, int last, int insideFirst, int insideLast)
    {
        var port = PublishedPort.Parse(text);
        Assert.Equal(written, port.ToString());
        Assert.Equal((first, last, insideFirst, insideLast), (port.Port, port.LastPort, port.InsidePort, port.LastInsidePort));
        Assert.Equal(port, PublishedPort.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("6889-6881")]
    [InlineData("1-2-3")]
    [InlineData("1:2:3")]
    [InlineData(":6666")]
    [InlineData("6666:")]
    [InlineData("7000-7009:6000-6008")]
    [InlineData("7000:6000-6009")]
    [InlineData("60000-60009:65530")]
    [InlineData("6666/sctp")]
    [InlineData("6666/")]
    [InlineData("6666/tcp/udp")]
    [InlineData("+6666")]
    [InlineData("6 666")]
    [InlineData("6666;id")]
    public void What_is_none_is_refused_by_name(string text)
    {
        var error = Assert.Throws<GostBtException>(() => PublishedPort.Parse(text));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        Assert.Null(PublishedPort.TryParse(text));
    }

    [Fact]
    public void A_text_without_protocol_takes_the_given_one()
    {
        Assert.Equal("6666/udp", PublishedPort.Parse("6666", PortProtocol.Udp).ToString());
        Assert.Equal("6666/tcp", PublishedPort.Parse("6666/tcp", PortProtocol.Udp).ToString());
    }

    [Theory]
    [InlineData("7000-7009", "7009-7010", true, true)]
    [InlineData("7000-7009", "7010", false, false)]
    [InlineData("7000/tcp", "7000/udp", false, false)]
    [InlineData("443:6666", "6666", false, true)]
    [InlineData("6666:7000", "6666:7001/tcp", true, false)]
    public void Overlaps_by_protocol_outside_and_inside(string one, string other, bool outside, bool inside)
    {
        var (a, b) = (PublishedPort.Parse(one), PublishedPort.Parse(other));
        Assert.Equal((outside, outside), (a.Overlaps(b), b.Overlaps(a)));
        Assert.Equal((inside, inside), (a.OverlapsInside(b), b.OverlapsInside(a)));
    }

    [Fact]
    public void A_range_is_its_ports_each_with_its_port_inside() => Assert.Equal(
        ["7000:6000/udp", "7001:6001/udp", "7002:6002/udp"],
        PublishedPort.Parse("7000-7002:6000/udp").Singles().Select(port => port.ToString()));
}
