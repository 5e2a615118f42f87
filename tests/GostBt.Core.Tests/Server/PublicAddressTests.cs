using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("vps.example.invalid", "203.0.113.9", "198.51.100.10", "203.0.113.9")]
    [InlineData("vps.example.invalid", null, "198.51.100.10", "198.51.100.10")]
    [InlineData("203.0.113.7", null, "10.1.2.3", "203.0.113.7")]
    [InlineData("203.0.113.7", null, null, "203.0.113.7")]
    public async Task The_first_public_one_is_taken(string host, string? given, string? source, string expected) =>
        Assert.Equal(expected, await PublicAddress.FindAsync(new ProfileServer { Host = host, PublicAddress = given }, new ServerFacts { Source = source }));

    [Theory]
    [InlineData(null, "2001:db8::10", "2001:db8::10")]
    [InlineData("2001:db8::11", "2001:db8::10", "2001:db8::11")]
    [InlineData("2001:db8::12", "2001:db8::10", "2001:db8::10")]
    [InlineData("2001:db8::11", null, null)]
    [InlineData(null, "fd00::1", null)]
    [InlineData(null, "2002:c000:204::1", null)]
    public void The_IPv6_address_is_one_of_the_server_s_own(string? given, string? source, string? expected) => Assert.Equal(
        expected,
        PublicAddress.Find6(
            new ProfileServer { Host = "vps", PublicAddress6 = given },
            new ServerFacts { Source6 = source, Addresses6 = ["2001:db8::10", "2001:0db8::11", "fd00::1"] }));

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("localhost", "172.16.0.1")]
    [InlineData("alias.invalid", null)]
    [InlineData("2001:db8::1", "192.168.0.5")]
    public async Task Without_one_it_has_to_be_given(string host, string? source)
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => PublicAddress.FindAsync(new ProfileServer { Host = host }, new ServerFacts { Source = source }));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("-PublicAddress", error.Remedy, StringComparison.Ordinal);
    }
}
