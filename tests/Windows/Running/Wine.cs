using System.Runtime.InteropServices;

namespace GostBt.Windows.Tests.Running;

/// <summary>Whether this Windows is Wine.</summary>
internal static class Wine
{
    public static bool IsHere { get; } = OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll"), "wine_get_version", out _);
}
