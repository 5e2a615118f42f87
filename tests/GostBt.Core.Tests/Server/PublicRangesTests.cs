using System.Net;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class PublicRangesTests
{
    private static readonly IPNetwork[] Public = [.. PublicRanges.Public4.Concat(PublicRanges.Public6).Select(range => IPNetwork.Parse(range))];

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.53")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void Private_loopback_and_link_local_are_never_served(string address) =>
        Assert.DoesNotContain(Public, range => range.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.51.100.10")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:db8:26::26")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2a00::1")]
    [InlineData("2003::1")]
    [InlineData("3fff:ffff::1")]
    public void Public_addresses_are(string address) => Assert.Single(Public, range => range.Contains(IPAddress.Parse(address)));

    [Fact]
    public void Together_with_the_forbidden_ones_every_IPv4_address_is_counted_once()
    {
        var sizes = PublicRanges.Public4.Concat(PublicRanges.Forbidden4).Sum(range => 1L << (32 - IPNetwork.Parse(range).PrefixLength));

        Assert.Equal(1L << 32, sizes);
    }
}
