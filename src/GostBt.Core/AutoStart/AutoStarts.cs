using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.AutoStart;

/// <summary>The one place that asks which system this is, for what starts with it.</summary>
internal static class AutoStarts
{
    /// <summary>This system's; null where GostBt knows none.</summary>
    public static IAutoStart? TryCurrent() =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? new WindowsAutoStart()
        : RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? new SystemdAutoStart()
        : null;

    /// <summary>What is said where GostBt knows none.</summary>
    public static GostBtException Unsupported() => new(
        GostBtFailure.UnsupportedSystem,
        "Tunnels start with the computer on Linux and Windows only.",
        "Have this system's own means run 'gostbt agent --profile NAME' at boot.");
}
