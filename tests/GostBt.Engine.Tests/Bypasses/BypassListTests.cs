using System.Net;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Tests.Bypasses;

public sealed class BypassListTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly StringWriter _log = new();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("64:ff9b::7f00:1", "NAT64 of 127.0.0.1")]
    [InlineData("64:ff9b:1::7f00:1", "local NAT64 of 127.0.0.1")]
    [InlineData("2002:7f00:1::", "6to4 of 127.0.0.1")]
    [InlineData("::127.0.0.1", "IPv4-compatible")]
    [InlineData("::ffff:127.0.0.1", "IPv4-mapped")]
    [InlineData("0.0.0.0", "this machine")]
    [InlineData("127.1.2.3", "loopback")]
    public void Every_way_to_write_a_refused_address_is_refused(string address, string why)
    {
        var blacklist = List(new GostBypass("no") { Matchers = ["127.0.0.0/8"] });
        var whitelist = List(new GostBypass("only") { Whitelist = true, Matchers = ["2000::/3", "64:ff9b::/32", "8.0.0.0/8", "::/96"] });

        Assert.True(blacklist.Refuses(null, IPAddress.Parse(address), 80), why);
        Assert.True(whitelist.Refuses(null, IPAddress.Parse(address), 80), why);
    }

    [Fact]
    public void An_allowed_address_inside_NAT64_stays_allowed()
    {
        var whitelist = List(new GostBypass("only") { Whitelist = true, Matchers = ["64:ff9b::/96", "8.0.0.0/8"] });

        Assert.False(whitelist.Refuses(null, IPAddress.Parse("64:ff9b::808:808"), 53));
    }

    [Fact]
    public void The_unspecified_IPv6_address_is_loopback() =>
        Assert.True(List(new GostBypass("no") { Matchers = ["::1"] }).Refuses(null, IPAddress.IPv6Any, 80));

    [Fact]
    public void A_change_of_the_file_counts_for_the_next_decision()
    {
        File.WriteAllText(_file, "1.0.0.0/8 # comment\n\n# another\n");
        var list = List(new GostBypass("file") { File = _file, Reload = TimeSpan.FromMilliseconds(1) });
        Assert.True(list.Contains(null, IPAddress.Parse("1.1.1.1"), 1));
        var generation = list.Generation;

        File.WriteAllText(_file, "2.0.0.0/8\n");
        Thread.Sleep(5);

        Assert.True(list.Contains(null, IPAddress.Parse("2.2.2.2"), 1));
        Assert.False(list.Contains(null, IPAddress.Parse("1.1.1.1"), 1));
        Assert.NotEqual(generation, list.Generation);
    }

    [Fact]
    public void The_file_is_not_looked_at_before_it_is_due()
    {
        File.WriteAllText(_file, "1.0.0.0/8\n");
        var list = List(new GostBypass("file") { File = _file, Reload = TimeSpan.FromHours(1) });

        File.WriteAllText(_file, "2.0.0.0/8\n");

        Assert.True(list.Contains(null, IPAddress.Parse("1.1.1.1"), 1));
    }

    [Fact]
    public void A_broken_or_missing_file_leaves_the_rules_as_they_were()
    {
        File.WriteAllText(_file, "1.0.0.0/8\n");
        var list = List(new GostBypass("file") { Whitelist = true, File = _file, Reload = TimeSpan.FromMilliseconds(1) });

        File.WriteAllText(_file, "0.0.0.0/0\nnot a matcher\n");
        Thread.Sleep(5);
        Assert.False(list.Contains(null, IPAddress.Parse("1.1.1.1"), 1));
        Assert.True(list.Contains(null, IPAddress.Parse("2.2.2.2"), 1));
        Assert.Contains("line 2", _log.ToString(), StringComparison.Ordinal);

        File.Delete(_file);
        Thread.Sleep(5);
        Assert.True(list.Contains(null, IPAddress.Parse("2.2.2.2"), 1));
    }

    [Fact]
    public void A_missing_or_broken_file_is_an_error_at_the_start()
    {
        Assert.Throws<GostBtException>(() => List(new GostBypass("file") { File = _file + ".missing" }));
        File.WriteAllText(_file, "not a matcher\n");
        Assert.Throws<GostBtException>(() => List(new GostBypass("file") { File = _file }));
    }

    private BypassList List(GostBypass configuration) => new(configuration, new EngineLog(_log, EngineLogLevel.Info));
}
