using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Addresses;

/// <summary>Which of a host's addresses comes first.</summary>
internal static class AddressOrder
{
    /// <summary>IPv4 before IPv6, each in the order it was: a rented server has IPv4, and IPv6 perhaps.</summary>
    internal static IEnumerable<IPAddress> Ipv4First(this IEnumerable<IPAddress> addresses) =>
        addresses.OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1);
}
