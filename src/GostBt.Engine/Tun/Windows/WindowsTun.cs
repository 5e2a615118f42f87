using System.Diagnostics;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Routing;
using GostBt.Routing.Windows;

namespace GostBt.Engine.Tun.Windows;

/// <summary>Makes a TUN of Windows as the configuration has it: adapter, MTU, addresses. Routes are the agent's.</summary>
/// <param name="wintun">The library.</param>
/// <param name="holderOf">The LUID of the adapter that has a name, or null.</param>
/// <param name="routes">Sets MTU and addresses.</param>
/// <param name="patience">How long a name may be taken, or an adapter without IPv4.</param>
internal sealed class WindowsTun(IWintun wintun, Func<string, ulong?> holderOf, IRouteManager routes, TimeSpan patience)
{
    private const string DefaultName = "gost_tun";

    // An adapter that ended a moment ago, with a crashed engine or a sleeping PC, may still be on its way out; IPv4 may not be bound to a new one yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="settings">The service.</param>
    /// <param name="skipped">Called with the reason for an IPv6 address that this system does not take.</param>
    /// <exception cref="GostBtException">No wintun.dll, no rights, no driver, or the name is taken.</exception>
    internal static WintunDevice Open(TunSettings settings, Action<string> skipped) =>
        new WindowsTun(WintunFile.Load(), HolderOf, new WindowsRouteManager(), Patience).Make(settings, skipped);

    /// <inheritdoc cref="Open"/>
    internal WintunDevice Make(TunSettings settings, Action<string> skipped)
    {
        var name = settings.Interface ?? DefaultName;
        RequireFree(name);
        return WintunDevice.Open(wintun, name, settings.Guid ?? AdapterGuid.Of(name), luid =>
        {
            // Wintun gives an adapter whose name is taken another name.
            if (holderOf(name) is { } holder && holder != luid)
                throw WintunErrors.Taken(name);

            foreach (var network in settings.Networks)
                SetUp(name, network, settings.Mtu, skipped);
        });
    }

    private void SetUp(string name, TunNetwork network, int mtu, Action<string> skipped)
    {
        var six = network.Address.AddressFamily == AddressFamily.InterNetworkV6;
        try
        {
            Insist(new DeviceSettings(name, RoutePlan.WindowsMetric, mtu, six));
            Insist(new DeviceAddress(name, network.Address.ToString(), network.PrefixLength));
        }
        catch (GostBtException e) when (six)
        {
            skipped($"the address {network} is not set, IPv6 seems to be off here: {e.Message}");
        }
    }

    private void Insist(RouteStep step)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                routes.ApplyAsync(step, CancellationToken.None).GetAwaiter().GetResult();
                return;
            }
            catch (GostBtException e) when (e.Failure == GostBtFailure.TunnelFailed && watch.Elapsed < patience)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private void RequireFree(string name)
    {
        for (var watch = Stopwatch.StartNew(); holderOf(name) is not null; Thread.Sleep(Pause))
        {
            if (watch.Elapsed >= patience)
                throw WintunErrors.Taken(name);
        }
    }

    private static ulong? HolderOf(string name) => new IpHelper().FindInterface(name, out var luid, out _) == 0 ? luid : null;
}
