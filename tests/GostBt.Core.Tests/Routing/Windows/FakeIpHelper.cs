using GostBt.Routing.Windows;

namespace GostBt.Core.Tests.Routing.Windows;

/// <summary>iphlpapi with one adapter, its tables in memory; every call that changes something is noted.</summary>
internal sealed class FakeIpHelper : IIpHelper
{
    public const ulong Luid = 0x0035_0000_0000_0000;
    public const uint Index = 42;

    public List<string> Calls { get; } = [];

    public bool HasAdapter { get; set; } = true;

    /// <summary>What every change returns.</summary>
    public uint Answer { get; set; }

    /// <summary>Whether changes that are answered with 0 do nothing.</summary>
    public bool Lies { get; set; }

    /// <summary>Whether the calls that change something are missing, as in Wine.</summary>
    public bool IsWine { get; set; }

    public List<ForwardRow> Routes { get; } = [];

    public List<AddressRow> Addresses { get; } = [];

    public Dictionary<ushort, InterfaceRow> Interfaces { get; } = new()
    {
        [SocketAddressInet.IPv4] = Automatic(SocketAddressInet.IPv4),
        [SocketAddressInet.IPv6] = Automatic(SocketAddressInet.IPv6),
    };

    public uint FindInterface(string alias, out ulong luid, out uint index)
    {
        (luid, index) = (Luid, Index);
        return HasAdapter && alias == "gost_tun" ? 0u : 123u;
    }

    public uint ReadRoutes(ushort family, out ForwardRow[] rows)
    {
        rows = [.. Routes.Where(row => row.Destination.Family == family)];
        return 0;
    }

    public uint CreateRoute(ref ForwardRow row)
    {
        var made = row;
        return Change($"CreateIpForwardEntry2 {Text(row)}", () => Routes.Add(made));
    }

    public uint DeleteRoute(ref ForwardRow row)
    {
        var gone = row;
        return Change($"DeleteIpForwardEntry2 {Text(row)}", () => Routes.RemoveAll(route => route.InterfaceLuid == gone.InterfaceLuid && route.Destination.Family == gone.Destination.Family));
    }

    public uint ReadAddresses(ushort family, out AddressRow[] rows)
    {
        rows = [.. Addresses.Where(row => row.Address.Family == family)];
        return 0;
    }

    public uint CreateAddress(ref AddressRow row)
    {
        var made = row;
        return Change($"CreateUnicastIpAddressEntry {Text(row)}", () => Addresses.Add(made));
    }

    public uint DeleteAddress(ref AddressRow row)
    {
        var gone = row.Address.ToAddress();
        return Change($"DeleteUnicastIpAddressEntry {Text(row)}", () => Addresses.RemoveAll(address => address.Address.ToAddress().Equals(gone)));
    }

    public uint ReadInterface(ref InterfaceRow row)
    {
        Assert.Equal(Luid, row.InterfaceLuid);
        if (!Interfaces.TryGetValue(row.Family, out var found))
        {
            return 1168;
        }

        row = found;
        return 0;
    }

    public uint WriteInterface(ref InterfaceRow row)
    {
        var written = row;
        return Change(
            $"SetIpInterfaceEntry luid {row.InterfaceLuid:x} family {row.Family} automatic {row.UseAutomaticMetric} metric {row.Metric} mtu {row.Mtu} discovery {row.RouterDiscovery} probes {row.DuplicateProbes} site {row.SitePrefixLength}",
            () => Interfaces[written.Family] = written);
    }

    private static InterfaceRow Automatic(ushort family) => new()
    {
        Family = family,
        InterfaceLuid = Luid,
        InterfaceIndex = Index,
        UseAutomaticMetric = 1,
        Metric = 5,
        Mtu = 65535,
        SitePrefixLength = 64,
        RouterDiscovery = 2,
        DuplicateProbes = 1,
    };

    private uint Change(string call, Action change)
    {
        if (IsWine)
        {
            throw new EntryPointNotFoundException("Unable to find an entry point named '" + call.Split(' ')[0] + "' in DLL 'iphlpapi'.");
        }

        Calls.Add(call);
        if (Answer == 0 && !Lies)
        {
            change();
        }

        return Answer;
    }

    private static string Text(ForwardRow row) =>
        $"luid {row.InterfaceLuid:x} index {row.InterfaceIndex} to {row.Destination.ToAddress()}/{row.DestinationLength} by {row.NextHop.ToAddress()} metric {row.Metric} protocol {row.Protocol} valid {row.ValidLifetime:x} immortal {row.Immortal}";

    private static string Text(AddressRow row) =>
        $"luid {row.InterfaceLuid:x} index {row.InterfaceIndex} {row.Address.ToAddress()}/{row.PrefixLength} origin {row.PrefixOrigin}/{row.SuffixOrigin} valid {row.ValidLifetime:x} state {row.DuplicateDetection}";
}
