using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>The one place of the local side that asks which operating system this is.</summary>
internal static class TunnelPlatforms
{
    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/> on systems without a local side yet.</exception>
    public static ITunnelPlatform Current() => RuntimeInformation.IsOSPlatform(OSPlatform.Linux)
        ? new LinuxTunnelPlatform()
        : RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? new WindowsTunnelPlatform()
            : throw new GostBtException(GostBtFailure.UnsupportedSystem, "Tunnels are started on Windows and Linux.", "Run the tunnel on a machine with one of them.");
}
