using GostBt.Engine.Tun;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Tests.Tun;

public sealed class TunSettingsTests
{
    [Fact]
    public void Keepalives_are_on_unless_switched_off()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Read([]).Keepalive);
        Assert.Equal(TimeSpan.FromSeconds(10), Read(new() { ["ttl"] = TimeSpan.FromSeconds(10) }).Keepalive);
        Assert.Equal(TimeSpan.Zero, Read(new() { ["keepalive"] = false, ["ttl"] = TimeSpan.FromSeconds(10) }).Keepalive);
    }

    [Fact]
    public void The_rest_is_as_with_gost()
    {
        var settings = Read([], new() { ["net"] = "192.168.123.1/24, fd00:7::1/64", ["name"] = "gost_tun" });
        Assert.Equal(1420, settings.Mtu);
        Assert.Equal(["192.168.123.1/24", "fd00:7::1/64"], settings.Networks.Select(n => n.ToString()));
        Assert.Equal("gost_tun", settings.Interface);
        Assert.Null(settings.Target);
    }

    // gost takes a longer one, cuts it off, and then never authenticates.
    [Fact]
    public void A_passphrase_of_more_than_16_bytes_is_refused_before_anything_starts()
    {
        var e = Assert.Throws<GostBtException>(() => Read(new() { ["passphrase"] = "0123456789abcdefX" }));
        Assert.Equal(GostBtFailure.InvalidInput, e.Failure);
        Assert.Contains("17 bytes", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", e.Message + e.Remedy, StringComparison.Ordinal);

        Assert.Equal(16, Read(new() { ["passphrase"] = "0123456789abcdef" }).Passphrase.Length);
        Assert.Throws<GostBtException>(() => Read(new() { ["passphrase"] = "ñññññññññ" }));
    }

    [Fact]
    public void A_password_of_more_than_16_bytes_in_the_auther_is_refused_too()
    {
        var service = Service([], new() { ["net"] = "192.168.123.1/24" }) with { Handler = new GostHandler("tun") { Auther = "a" } };
        var configuration = new GostConfiguration { Authers = [new GostAuther("a", [new GostAuth("192.168.123.2", "0123456789abcdefX")])] };
        Assert.Throws<GostBtException>(() => TunAuthenticator.From(service, configuration, TunSettings.From(service)));
    }

    [Theory]
    [InlineData("net", "")]
    [InlineData("net", "192.168.123.1")]
    [InlineData("net", "192.168.123.1/33")]
    [InlineData("net", "192.168.123.1/24,nonsense")]
    [InlineData("net", "fd00::1/129")]
    [InlineData("name", "sixteencharacter")]
    [InlineData("name", "a b")]
    [InlineData("name", "a/b")]
    [InlineData("name", "tun%d")]
    [InlineData("mtu", 100)]
    [InlineData("mtu", 65536)]
    [InlineData("mtu", -1)]
    public void What_cannot_be_used_is_an_error_that_names_the_service(string key, object value)
    {
        var listener = new Dictionary<string, object> { ["net"] = "192.168.123.1/24", [key] = value };
        var e = Assert.Throws<GostBtException>(() => Read([], listener));
        Assert.Equal(GostBtFailure.InvalidInput, e.Failure);
        Assert.Contains("Service home", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(e.Remedy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9999)]
    public void So_is_an_unusable_period_of_keepalives(int hours) =>
        Assert.Throws<GostBtException>(() => Read(new() { ["ttl"] = TimeSpan.FromHours(hours) }));

    [Fact]
    public void So_is_a_server_without_a_host() => Assert.Throws<GostBtException>(
        () => TunSettings.From(Service([], new() { ["net"] = "192.168.123.2/24" }) with { Forwarder = [new GostForwardNode("vps", ":8421")] }));

    private static TunSettings Read(Dictionary<string, object> handler, Dictionary<string, object>? listener = null) =>
        TunSettings.From(Service(handler, listener ?? new() { ["net"] = "192.168.123.1/24" }));

    private static GostService Service(Dictionary<string, object> handler, Dictionary<string, object> listener) =>
        new("home", "127.0.0.1:8421", new GostHandler("tun") { Metadata = handler }, new GostListener("tun") { Metadata = listener });
}
