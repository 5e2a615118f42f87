using System.Net;
using GostBt.Engine.Bypasses;

namespace GostBt.Engine.Tests.Bypasses;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", 80, true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", 80, false)]
    [InlineData("10.1.2.3/8", "10.200.0.1", 80, true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", 1, true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", 1, false)]
    [InlineData("::/0", "2001:db8::1", 1, true)]
    [InlineData("::/0", "203.0.113.9", 1, false)]
    [InlineData("fc00::/7", "fd00::1", 1, true)]
    [InlineData("1.2.3.4", "1.2.3.4", 9, true)]
    [InlineData("1.2.3.4", "1.2.3.5", 9, false)]
    [InlineData("1.2.3.4-1.2.4.0", "1.2.3.200", 9, true)]
    [InlineData("1.2.3.4-1.2.4.0", "1.2.4.1", 9, false)]
    [InlineData("127.0.0.1:8421", "127.0.0.1", 8421, true)]
    [InlineData("127.0.0.1:8421", "127.0.0.1", 8422, false)]
    [InlineData("127.0.0.1:8000-9000", "127.0.0.1", 8500, true)]
    [InlineData("127.0.0.1:8000-9000", "127.0.0.1", 9001, false)]
    [InlineData("[::1]:8421", "::1", 8421, true)]
    [InlineData("[::1]:8421", "::1", 1, false)]
    [InlineData("192.168.*", "192.168.7.7", 1, true)]
    [InlineData("192.168.*:80", "192.168.7.7", 81, false)]
    [InlineData("1.2.3.4", "::ffff:1.2.3.4", 9, true)]
    [InlineData("127.0.0.1:8421", "::ffff:127.0.0.1", 8421, true)]
    [InlineData("fe80::/10", "fe80::1%3", 9, true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", 80, true)]
    [InlineData("::ffff:10.0.0.0/104", "::ffff:10.1.2.3", 80, true)]
    [InlineData("::ffff:10.0.0.0/104", "11.0.0.0", 80, false)]
    [InlineData("::ffff:0:0/96", "203.0.113.9", 80, true)]
    [InlineData("::ffff:0:0/96", "2001:db8::1", 80, false)]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4", 80, true)]
    [InlineData("::ffff:1.2.3.4-::ffff:1.2.4.0", "1.2.3.200", 80, true)]
    [InlineData("::fffe:ffff:ffff-::ffff:1.2.4.0", "::fffe:ffff:ffff", 80, true)]
    public void Addresses(string matcher, string address, int port, bool matches)
    {
        Assert.True(AddressRules.TryParse([matcher], out var rules, out _));

        Assert.Equal(matches, rules.Matches(IPAddress.Parse(address), port));
    }

    [Theory]
    [InlineData("example.com", "example.com", 80, true)]
    [InlineData("example.com", "EXAMPLE.com.", 80, true)]
    [InlineData("example.com", "www.example.com", 80, false)]
    [InlineData(".example.com", "example.com", 80, true)]
    [InlineData(".example.com", "a.b.example.com", 80, true)]
    [InlineData(".example.com", "badexample.com", 80, false)]
    [InlineData("*.example.com", "a.b.example.com", 80, true)]
    [InlineData("*.example.com", "example.com", 80, false)]
    [InlineData("*.example.com:443", "a.example.com", 80, false)]
    [InlineData("tracker?.example.com", "tracker1.example.com", 80, true)]
    [InlineData("tracker?.example.com", "tracker12.example.com", 80, false)]
    [InlineData("example.com:80-90", "example.com", 85, true)]
    [InlineData("*", "anything.at.all", 1, true)]
    [InlineData("10.0.0.0/8", "10.0.0.1.example", 1, false)]
    public void Names(string matcher, string name, int port, bool matches)
    {
        Assert.True(AddressRules.TryParse([matcher], out var rules, out _));

        Assert.Equal(matches, rules.Matches(name, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1.2.3.0/33")]
    [InlineData("::/129")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8:80")]
    [InlineData("1.2.3.4:70000")]
    [InlineData("1.2.3.4:90-80")]
    [InlineData("example.com:http")]
    [InlineData("~0.0.0.0/0")]
    [InlineData("http://example.com")]
    [InlineData("a b")]
    [InlineData("[::1")]
    public void What_could_never_match_is_refused(string matcher)
    {
        Assert.False(AddressRules.TryParse([matcher], out _, out var problem));

        Assert.Contains(matcher, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_ports_of_one_address_all_count()
    {
        Assert.True(AddressRules.TryParse(["127.0.0.1:80", "127.0.0.1:90"], out var rules, out _));

        Assert.True(rules.Matches(IPAddress.Loopback, 80));
        Assert.True(rules.Matches(IPAddress.Loopback, 90));
        Assert.False(rules.Matches(IPAddress.Loopback, 85));
    }

    [Fact]
    public void Overlapping_ranges_are_joined_rightly()
    {
        Assert.True(AddressRules.TryParse(["10.0.0.0/8", "10.5.0.0/16", "11.0.0.0-11.0.0.9", "9.0.0.0/8"], out var rules, out _));

        Assert.All(["9.0.0.0", "9.255.255.255", "10.0.0.0", "10.5.1.1", "10.6.0.0", "10.255.255.255", "11.0.0.9"], text => Assert.True(rules.Matches(IPAddress.Parse(text), 1), text));
        Assert.All(["8.255.255.255", "11.0.0.10"], text => Assert.False(rules.Matches(IPAddress.Parse(text), 1), text));
    }

    [Fact]
    public void A_pattern_of_many_stars_takes_no_time()
    {
        Assert.True(AddressRules.TryParse([string.Concat(Enumerable.Repeat("*a", 60)) + "b"], out var rules, out _));

        Assert.False(rules.Matches(new string('a', 250), 1));
    }
}
