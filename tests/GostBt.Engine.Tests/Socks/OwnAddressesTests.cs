using System.Net;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Tests.Socks;

public class OwnAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("198.51.100.77", false)]
    [InlineData("::ffff:198.51.100.77", false)]
    [InlineData("2001:db8::77", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    public void An_address_is_this_machine_s_or_not(string address, bool own) => Assert.Equal(own, OwnAddresses.Contains(IPAddress.Parse(address)));
}
