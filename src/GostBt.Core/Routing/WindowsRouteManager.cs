using System.Globalization;
using System.Net;
using GostBt.Model;
using GostBt.Routing.Windows;

namespace GostBt.Routing;

/// <summary>
/// Routing by iphlpapi.dll. Windows follows the strong host model (RFC 1122, 3.3.4.2): packets of the tunnel's address take only routes of the tunnel's adapter, so that a
/// default route there, of a metric nothing else chooses, is all they need.
/// </summary>
internal sealed class WindowsRouteManager(IIpHelper helper, IFirewallRules rules) : IRouteManager
{
    private const uint NotFound = 1168; // ERROR_NOT_FOUND
    private const uint FileNotFound = 2; // ERROR_FILE_NOT_FOUND
    private const uint UnknownName = 123; // ERROR_INVALID_NAME
    private const uint InvalidParameter = 87; // ERROR_INVALID_PARAMETER
    private const uint AlreadyThere = 5010; // ERROR_OBJECT_ALREADY_EXISTS

    private readonly WindowsFirewall _firewall = new(rules);

    public WindowsRouteManager()
        : this(new IpHelper(), new FirewallRules())
    {
    }

    /// <inheritdoc/>
    public Task<bool> IsPresentAsync(RouteStep step, CancellationToken cancellationToken) => Task.FromResult(Call($"look for '{step}'", () => IsPresent(step)));

    /// <inheritdoc/>
    public Task ApplyAsync(RouteStep step, CancellationToken cancellationToken)
    {
        if (step is FirewallOpening opening)
        {
            return _firewall.IsPresent(opening)
                ? Task.CompletedTask
                : _firewall.ApplyAsync(opening, Call("read the adapter's addresses", () => AddressesOf(opening.Interface)), cancellationToken);
        }

        if (!Call($"look for '{step}'", () => IsPresent(step)))
        {
            var error = Call($"add '{step}'", () => Change(step, undo: false));
            if (error != AlreadyThere)
            {
                Require(error, $"add '{step}'");
            }

            if (!Call($"look for '{step}'", () => IsPresent(step)))
            {
                throw Failed($"Windows says that '{step}' was added, but it is not there.", "Check that no other program (a VPN, a security suite) removes addresses and routes.");
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UndoAsync(RouteStep step, CancellationToken cancellationToken)
    {
        if (step is FirewallOpening opening)
        {
            return _firewall.UndoAsync(opening, cancellationToken);
        }

        if (Call($"look for '{step}'", () => IsPresent(step)))
        {
            var error = Call($"remove '{step}'", () => Change(step, undo: true));
            if (Call($"look for '{step}'", () => IsPresent(step)))
            {
                Require(error, $"remove '{step}'");
                throw Failed($"Windows says that '{step}' was removed, but it is still there.", "Disable the adapter in 'Network Connections', or restart Windows.");
            }
        }

        return Task.CompletedTask;
    }

    private bool IsPresent(RouteStep step)
    {
        switch (step)
        {
            case FirewallOpening opening:
                return _firewall.IsPresent(opening);
            case DefaultRoute { Table: null } route:
                return Find(route.Interface) is { } adapter
                    && Routes(route.IsIPv6).Any(row => row.IsDefault && row.InterfaceLuid == adapter.Luid && row.Metric == (route.Metric ?? 0));
            case DeviceAddress address:
                var own = IPAddress.Parse(address.Address);
                return Find(address.Interface) is { } holder
                    && Addresses(address.IsIPv6).Any(row => row.InterfaceLuid == holder.Luid && row.PrefixLength == address.PrefixLength && row.Address.ToAddress().Equals(own));
            case DeviceSettings settings:
                return Find(settings.Interface) is { } device
                    && Read(device, settings.IsIPv6) is { UseAutomaticMetric: 0 } row
                    && row.Metric == settings.Metric
                    && row.Mtu == (uint)settings.Mtu;
            default:
                throw Unknown(step);
        }
    }

    private uint Change(RouteStep step, bool undo)
    {
        switch (step)
        {
            case DefaultRoute route:
                var forward = Row(route);
                return undo ? helper.DeleteRoute(ref forward) : helper.CreateRoute(ref forward);
            case DeviceAddress address:
                var unicast = Row(address);
                return undo ? helper.DeleteAddress(ref unicast) : helper.CreateAddress(ref unicast);
            case DeviceSettings settings:
                return Read(Require(settings.Interface), settings.IsIPv6) is { } row ? Write(undo ? WithoutOurs(row) : With(settings, row)) : NotFound;
            default:
                throw Unknown(step);
        }
    }

    private static InterfaceRow With(DeviceSettings settings, InterfaceRow row)
    {
        row.UseAutomaticMetric = 0;
        row.Metric = settings.Metric;
        row.Mtu = (uint)settings.Mtu;
        row.RouterDiscovery = InterfaceRow.NoRouterDiscovery;
        row.DuplicateProbes = 0;
        return row;
    }

    private static InterfaceRow WithoutOurs(InterfaceRow row)
    {
        row.UseAutomaticMetric = 1;
        return row;
    }

    private ForwardRow Row(DefaultRoute route)
    {
        var (luid, index) = Require(route.Interface);
        return new ForwardRow
        {
            InterfaceLuid = luid,
            InterfaceIndex = index,
            Destination = SocketAddressInet.Any(route.IsIPv6),
            NextHop = SocketAddressInet.Any(route.IsIPv6),
            ValidLifetime = ForwardRow.Forever,
            PreferredLifetime = ForwardRow.Forever,
            Metric = route.Metric ?? 0,
            Protocol = ForwardRow.NetworkManagement,
        };
    }

    private AddressRow Row(DeviceAddress address)
    {
        var (luid, index) = Require(address.Interface);
        return new AddressRow
        {
            Address = SocketAddressInet.Of(IPAddress.Parse(address.Address)),
            InterfaceLuid = luid,
            InterfaceIndex = index,
            PrefixOrigin = 1,
            SuffixOrigin = 1,
            ValidLifetime = ForwardRow.Forever,
            PreferredLifetime = ForwardRow.Forever,
            PrefixLength = (byte)address.PrefixLength,
            DuplicateDetection = AddressRow.Preferred,
        };
    }

    private (ulong Luid, uint Index)? Find(string alias)
    {
        var error = helper.FindInterface(alias, out var luid, out var index);
        if (error is NotFound or FileNotFound or UnknownName or InvalidParameter)
        {
            return null;
        }

        Require(error, $"find the adapter '{alias}'");
        return (luid, index);
    }

    private (ulong Luid, uint Index) Require(string alias) =>
        Find(alias) ?? throw Failed($"There is no network adapter '{alias}'.", "It is made by the engine; see the agent's log for why it ended.");

    private ForwardRow[] Routes(bool ipv6)
    {
        Require(helper.ReadRoutes(SocketAddressInet.FamilyOf(ipv6), out var rows), "read the routes");
        return rows;
    }

    private AddressRow[] Addresses(bool ipv6)
    {
        Require(helper.ReadAddresses(SocketAddressInet.FamilyOf(ipv6), out var rows), "read the addresses");
        return rows;
    }

    // What Windows gave it by itself (fe80::…) is not where peers arrive.
    private string[] AddressesOf(string alias)
    {
        var (luid, _) = Require(alias);
        string[] own =
        [
            .. Addresses(ipv6: false).Concat(Addresses(ipv6: true)).Where(row => row.InterfaceLuid == luid).Select(row => row.Address.ToAddress())
                .Where(address => !address.IsIPv6LinkLocal).Select(address => address.ToString()),
        ];
        return own.Length > 0 ? own : throw Failed($"The adapter '{alias}' has no address to open ports on.", "It is set by the engine; see the agent's log.");
    }

    // Null where the adapter has not that family.
    private InterfaceRow? Read((ulong Luid, uint Index) adapter, bool ipv6)
    {
        var row = new InterfaceRow { Family = SocketAddressInet.FamilyOf(ipv6), InterfaceLuid = adapter.Luid, InterfaceIndex = adapter.Index };
        var error = helper.ReadInterface(ref row);
        if (error is NotFound or FileNotFound)
        {
            return null;
        }

        Require(error, "read the adapter's settings");
        return row;
    }

    private uint Write(InterfaceRow row)
    {
        if (row.Family == SocketAddressInet.IPv4)
        {
            row.SitePrefixLength = 0;
        }

        return helper.WriteInterface(ref row);
    }

    // A Windows that lacks a call (older than Vista, or Wine) is told as such.
    private static T Call<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            throw new GostBtException(
                GostBtFailure.UnsupportedSystem, $"This Windows cannot {what}: {e.Message}", "Run it on Windows 10 or later; Wine has no calls for adapters and routes.", e);
        }
    }

    private static void Require(uint error, string what)
    {
        if (error != 0)
        {
            throw WindowsErrors.Of(error, what);
        }
    }

    private static GostBtException Failed(string message, string remedy) => new(GostBtFailure.TunnelFailed, message, remedy);

    private static ArgumentException Unknown(RouteStep step) => new(string.Format(CultureInfo.InvariantCulture, "{0} is not a step of Windows.", step.GetType()), nameof(step));
}
