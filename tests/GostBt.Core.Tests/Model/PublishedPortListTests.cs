using GostBt.Model;

namespace GostBt.Core.Tests.Model;

public class PublishedPortListTests
{
    [Theory]
    [InlineData("6666/both", "7000/tcp", "6666/both 7000/tcp")]
    [InlineData("6666/both", "443:6000/tcp", "443:6000/tcp 6666/both")]
    [InlineData("6666/both", "6666/udp", "6666/both")]
    [InlineData("6666/tcp", "6666/both", "6666/both")]
    [InlineData("6885/both", "6881-6889/both", "6881-6884/both 6885/both 6886-6889/both")]
    [InlineData("6881-6889/tcp", "6881-6889/udp", "6881-6889/both")]
    [InlineData("6881-6889/tcp", "6885/udp", "6881-6889/tcp 6885/udp")]
    [InlineData("443:6666/tcp", "443:6666/udp", "443:6666/both")]
    [InlineData("6666/both", "7000 7000/udp 7001", "6666/both 7000/both 7001/both")]
    public void Ports_are_added_and_what_is_there_is_passed_over(string published, string added, string expected) =>
        Assert.Equal(Read(expected), PublishedPortList.Add(Read(published), Read(added)));

    [Theory]
    [InlineData("443:6666/tcp", "443/tcp")]
    [InlineData("6881-6889", "6885:7000")]
    [InlineData("6666", "6000-7000:5000-6000")]
    public void A_port_that_leads_elsewhere_is_not_led_away(string published, string added)
    {
        var error = Assert.Throws<GostBtException>(() => PublishedPortList.Add(Read(published), Read(added)));
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("Remove-GostBtPort", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6666 7000", "7000", "6666/both")]
    [InlineData("6666/both", "6666/tcp", "6666/udp")]
    [InlineData("6666/tcp 7000", "6666/both", "7000/both")]
    [InlineData("6881-6889", "6885/udp", "6881-6884/both 6885/tcp 6886-6889/both")]
    [InlineData("6881-6889:7001/udp", "6881-6883", "6884-6889:7004-7009/udp")]
    [InlineData("443:6666 7000", "443", "7000/both")]
    [InlineData("443:6666 7000", "443:6666/tcp", "443:6666/udp 7000/both")]
    [InlineData("6666", "6000-7000", "")]
    public void Ports_go_also_out_of_a_range_or_with_one_protocol(string published, string removed, string expected) =>
        Assert.Equal(Read(expected), PublishedPortList.Remove(Read(published), Read(removed)));

    [Theory]
    [InlineData("6666", "7000")]
    [InlineData("6666/tcp", "6666/udp")]
    [InlineData("443:6666", "443:7000")]
    [InlineData("443:6666", "6666")]
    public void What_is_not_published_cannot_go(string published, string removed)
    {
        var error = Assert.Throws<GostBtException>(() => PublishedPortList.Remove(Read(published), Read(removed)));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains(Read(published)[0].ToString(), error.Remedy, StringComparison.Ordinal);
    }

    private static PublishedPort[] Read(string ports) =>
        [.. ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(port => PublishedPort.Parse(port))];
}
