using System.Net.NetworkInformation;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Routing;
using GostBt.Windows.Tests.Running;

namespace GostBt.Windows.Tests.Routing;

/// <summary>The real iphlpapi and netsh. Wine reads the tables and refuses or feigns the changes, which must be errors; on Windows the changes are for docs/windows-checklist.md.</summary>
public sealed class WindowsCallsTests
{
    private readonly WindowsRouteManager _manager = new();

    [SkippableFact]
    public async Task Addresses_that_are_there_are_found_and_others_are_not()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        var (adapter, address) = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(adapter => adapter.GetIPProperties().UnicastAddresses.Select(unicast => (adapter.Name, unicast)))
            .First(pair => pair.unicast.Address.AddressFamily == AddressFamily.InterNetwork);

        Assert.True(await _manager.IsPresentAsync(new DeviceAddress(adapter, address.Address.ToString(), address.PrefixLength), CancellationToken.None));
        Assert.False(await _manager.IsPresentAsync(new DeviceAddress(adapter, "192.168.123.2", 24), CancellationToken.None));
        Assert.False(await _manager.IsPresentAsync(new DeviceAddress("no such adapter", address.Address.ToString(), address.PrefixLength), CancellationToken.None));
    }

    [SkippableFact]
    public async Task Default_routes_are_read()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        var adapter = Adapter();

        Assert.False(await _manager.IsPresentAsync(new DefaultRoute(adapter, null, 9999), CancellationToken.None));
        Assert.False(await _manager.IsPresentAsync(new DefaultRoute("no such adapter", null, 9999), CancellationToken.None));
    }

    [SkippableFact]
    public async Task What_Wine_cannot_do_is_an_error_with_a_remedy_not_a_success()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        Skip.IfNot(Wine.IsHere, "not Wine");
        var adapter = Adapter();
        RouteStep[] steps =
        [
            new DeviceSettings(adapter, 1000, 1420),
            new DeviceAddress(adapter, "192.168.123.2", 24),
            new DefaultRoute(adapter, null, 1000),
            new FirewallOpening(adapter, "6666", "6666"),
        ];

        foreach (var step in steps)
        {
            var error = await Assert.ThrowsAsync<GostBtException>(() => _manager.ApplyAsync(step, CancellationToken.None));
            Assert.Equal(step is FirewallOpening ? GostBtFailure.TunnelFailed : GostBtFailure.UnsupportedSystem, error.Failure);
            Assert.NotEmpty(error.Remedy);
        }
    }

    private static string Adapter() => NetworkInterface.GetAllNetworkInterfaces()
        .First(adapter => adapter.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork)).Name;
}
