using GostBt.Engine.Tun;
using GostBt.Engine.Tun.Windows;
using GostBt.Gost;
using GostBt.Model;
using GostBt.Routing;

namespace GostBt.Engine.Tests.Tun.Windows;

public sealed class WindowsTunTests : IDisposable
{
    private readonly FakeWintun _wintun = new();
    private readonly FakeRoutes _routes = new();
    private ulong? _holder;

    public void Dispose() => _wintun.Dispose();

    [Fact]
    public void The_adapter_gets_its_MTU_and_addresses_and_always_the_same_identity()
    {
        Make().Dispose();
        Make().Dispose();

        string[] once =
        [
            "dev gost_tun metric 9999 mtu 1420",
            "address 192.168.123.2/24 dev gost_tun",
            "IPv6 dev gost_tun metric 9999 mtu 1420",
            "address fd7a:6f73:7462::2/64 dev gost_tun",
        ];
        Assert.Equal([.. once, .. once], _routes.Applied);
        Assert.Single(_wintun.Calls.Where(call => call.StartsWith("CreateAdapter", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public void An_identity_in_the_configuration_counts()
    {
        Make(guid: "{6ba7b810-9dad-81d1-80b4-00c04fd430c8}").Dispose();

        Assert.Contains("{6ba7b810-9dad-81d1-80b4-00c04fd430c8}", _wintun.Calls[0], StringComparison.Ordinal);
        Assert.Contains("guid", Assert.Throws<GostBtException>(() => Make(guid: "home")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_taken_name_is_an_error_before_anything_is_made()
    {
        _holder = 0x99;

        Assert.Equal(GostBtFailure.Conflict, Assert.Throws<GostBtException>(() => Make()).Failure);
        Assert.Empty(_wintun.Calls);
    }

    [Fact]
    public void Without_IPv6_it_carries_IPv4()
    {
        _routes.Refuse = step => step.IsIPv6;
        var skipped = new List<string>();

        Make(skipped: skipped.Add).Dispose();

        Assert.Contains("fd7a:6f73:7462::2/64", Assert.Single(skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_IPv4_address_it_is_taken_back()
    {
        _routes.Refuse = step => step is DeviceAddress;

        Assert.Throws<GostBtException>(() => Make());
        Assert.Equal("CloseAdapter 7", _wintun.Calls[^1]);
    }

    private WintunDevice Make(string? guid = null, Action<string>? skipped = null)
    {
        var metadata = new Dictionary<string, object> { ["name"] = "gost_tun", ["net"] = "192.168.123.2/24,fd7a:6f73:7462::2/64", ["mtu"] = 1420 };
        if (guid is not null)
            metadata["guid"] = guid;
        var settings = TunSettings.From(new GostService("tun", ":0", new GostHandler("tun"), new GostListener("tun") { Metadata = metadata })
        {
            Forwarder = [new GostForwardNode("server", "127.0.0.1:8421")],
        });
        return new WindowsTun(_wintun, _ => _holder, _routes, TimeSpan.Zero).Make(settings, skipped ?? (_ => { }));
    }

    private sealed class FakeRoutes : IRouteManager
    {
        public List<string> Applied { get; } = [];

        public Func<RouteStep, bool> Refuse { get; set; } = _ => false;

        public Task<bool> IsPresentAsync(RouteStep step, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task ApplyAsync(RouteStep step, CancellationToken cancellationToken)
        {
            if (Refuse(step))
                throw new GostBtException(GostBtFailure.TunnelFailed, "refused", "none");
            Applied.Add(step.ToString()!);
            return Task.CompletedTask;
        }

        public Task UndoAsync(RouteStep step, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
