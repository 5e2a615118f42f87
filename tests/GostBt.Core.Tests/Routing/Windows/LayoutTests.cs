using System.Net;
using System.Runtime.InteropServices;
using GostBt.Routing.Windows;

namespace GostBt.Core.Tests.Routing.Windows;

/// <summary>Sizes and offsets as a C compiler gives them for netioapi.h; no field is a pointer, so x64, x86 and arm64 agree.</summary>
public class LayoutTests
{
    [Fact]
    public void Sizes_are_those_of_Windows()
    {
        Assert.Equal(28, Marshal.SizeOf<SocketAddressInet>());
        Assert.Equal(104, Marshal.SizeOf<ForwardRow>());
        Assert.Equal(80, Marshal.SizeOf<AddressRow>());
        Assert.Equal(168, Marshal.SizeOf<InterfaceRow>());
    }

    [Theory]
    [InlineData(nameof(ForwardRow.InterfaceLuid), 0)]
    [InlineData(nameof(ForwardRow.InterfaceIndex), 8)]
    [InlineData(nameof(ForwardRow.Destination), 12)]
    [InlineData(nameof(ForwardRow.DestinationLength), 40)]
    [InlineData(nameof(ForwardRow.NextHop), 44)]
    [InlineData(nameof(ForwardRow.SitePrefixLength), 72)]
    [InlineData(nameof(ForwardRow.ValidLifetime), 76)]
    [InlineData(nameof(ForwardRow.PreferredLifetime), 80)]
    [InlineData(nameof(ForwardRow.Metric), 84)]
    [InlineData(nameof(ForwardRow.Protocol), 88)]
    [InlineData(nameof(ForwardRow.Immortal), 95)]
    [InlineData(nameof(ForwardRow.Age), 96)]
    [InlineData(nameof(ForwardRow.Origin), 100)]
    public void A_route_s_fields_lie_where_Windows_has_them(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<ForwardRow>(field));

    [Theory]
    [InlineData(nameof(AddressRow.Address), 0)]
    [InlineData(nameof(AddressRow.InterfaceLuid), 32)]
    [InlineData(nameof(AddressRow.InterfaceIndex), 40)]
    [InlineData(nameof(AddressRow.PrefixOrigin), 44)]
    [InlineData(nameof(AddressRow.SuffixOrigin), 48)]
    [InlineData(nameof(AddressRow.ValidLifetime), 52)]
    [InlineData(nameof(AddressRow.PreferredLifetime), 56)]
    [InlineData(nameof(AddressRow.PrefixLength), 60)]
    [InlineData(nameof(AddressRow.SkipAsSource), 61)]
    [InlineData(nameof(AddressRow.DuplicateDetection), 64)]
    [InlineData(nameof(AddressRow.ScopeId), 68)]
    [InlineData(nameof(AddressRow.Created), 72)]
    public void An_address_s_fields_lie_where_Windows_has_them(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<AddressRow>(field));

    [Theory]
    [InlineData(nameof(InterfaceRow.Family), 0)]
    [InlineData(nameof(InterfaceRow.InterfaceLuid), 8)]
    [InlineData(nameof(InterfaceRow.InterfaceIndex), 16)]
    [InlineData(nameof(InterfaceRow.UseAutomaticMetric), 44)]
    [InlineData(nameof(InterfaceRow.RouterDiscovery), 52)]
    [InlineData(nameof(InterfaceRow.DuplicateProbes), 56)]
    [InlineData(nameof(InterfaceRow.SitePrefixLength), 144)]
    [InlineData(nameof(InterfaceRow.Metric), 148)]
    [InlineData(nameof(InterfaceRow.Mtu), 152)]
    public void An_interface_s_fields_lie_where_Windows_has_them(string field, int offset) => Assert.Equal(offset, (int)Marshal.OffsetOf<InterfaceRow>(field));

    [Theory]
    [InlineData("192.168.123.2", "02-00-00-00-C0-A8-7B-02")]
    [InlineData("fd7a:6f73:7462::2", "17-00-00-00-00-00-00-00-FD-7A-6F-73-74-62-00-00-00-00-00-00-00-00-00-02")]
    public void An_address_is_written_in_the_network_s_order(string text, string bytes)
    {
        var row = new byte[Marshal.SizeOf<SocketAddressInet>()];
        var address = SocketAddressInet.Of(IPAddress.Parse(text));
        MemoryMarshal.Write(row, in address);

        Assert.StartsWith(bytes, BitConverter.ToString(row), StringComparison.Ordinal);
        Assert.Equal(text, address.ToAddress().ToString());
        Assert.False(address.IsAny);
        Assert.True(SocketAddressInet.Any(text.Contains(':', StringComparison.Ordinal)).IsAny);
    }
}
