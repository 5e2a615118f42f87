using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>The ports of this PC that the server publishes over UDP, as the file that the engine of the SOCKS5 reads: a port or range a line.</summary>
internal static class PublishedUdpPorts
{
    /// <summary>The content of the file.</summary>
    public static string Write(Profile profile) =>
        string.Concat(profile.Ports.Where(port => port.Carries(PortProtocol.Udp)).Select(port => port.InsideText + "\n"));
}
