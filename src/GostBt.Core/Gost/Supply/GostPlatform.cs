using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>A system and processor as gost's releases name them.</summary>
/// <param name="System"><c>linux</c> or <c>windows</c>.</param>
/// <param name="Processor"><c>amd64</c>, <c>arm64</c> or <c>386</c>.</param>
public sealed record GostPlatform(string System, string Processor)
{
    private static readonly GostPlatform[] Known =
    [
        .. from system in new[] { "linux", "windows" }
           from processor in new[] { "amd64", "arm64", "386" }
           select new GostPlatform(system, processor),
    ];

    /// <summary>This computer's.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/>.</exception>
    public static GostPlatform Local => new(
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "windows" : RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? "linux" : throw Unsupported(RuntimeInformation.OSDescription),
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            Architecture.X86 => "386",
            _ => throw Unsupported(RuntimeInformation.OSArchitecture.ToString()),
        });

    /// <summary>The file name of the program.</summary>
    public string Program => System == "windows" ? "gost.exe" : "gost";

    /// <summary>The platform of a Linux server.</summary>
    /// <param name="machine">What <c>uname -m</c> says there.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/>.</exception>
    public static GostPlatform OfServer(string machine) => machine switch
    {
        "x86_64" or "amd64" => new GostPlatform("linux", "amd64"),
        "aarch64" or "arm64" => new GostPlatform("linux", "arm64"),
        _ => throw Unsupported(machine),
    };

    /// <summary>The platform that <see cref="ToString"/> wrote, or null where it is none.</summary>
    public static GostPlatform? TryParse(string text) => Known.FirstOrDefault(platform => platform.ToString() == text);

    /// <inheritdoc/>
    public override string ToString() => System + "-" + Processor;

    private static GostBtException Unsupported(string what) => new(
        GostBtFailure.UnsupportedSystem, $"GostBt knows no gost for {what}.", "GostBt works with Linux and Windows on x86-64 and arm64.");
}
