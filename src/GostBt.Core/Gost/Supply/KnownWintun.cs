using System.Runtime.InteropServices;

namespace GostBt.Gost.Supply;

/// <summary>
/// Wintun 0.14.1 (wintun.net), the last release: the driver of a TUN on Windows, inside a DLL signed by WireGuard LLC. The hashes are those that independent
/// projects pin, and that of the archive is published on its page.
/// </summary>
public static class KnownWintun
{
    /// <summary>The release.</summary>
    public const string Version = "0.14.1";

    /// <summary>The file that is loaded.</summary>
    public const string FileName = "wintun.dll";

    /// <summary>SHA-256 of the archive.</summary>
    public const string Archive = "07c256185d6ee3652e09fa55c0b673e2624b565e02c4b9091c79ca7d2f24ef51";

    /// <summary>The variable by which an agent tells its bundled engine where engines are installed, <see cref="FolderOf"/> among them.</summary>
    public const string EnginesVariable = "GOSTBT_ENGINES";

    private static readonly Dictionary<string, string> Libraries = new(StringComparer.Ordinal)
    {
        ["amd64"] = "e5da8447dc2c320edc0fc52fa01885c103de8c118481f683643cacc3220dafce",
        ["arm64"] = "f7ba89005544be9d85231a9e0d5f23b2d15b3311667e2dad0debd344918a3f80",
        ["386"] = "d694fa46ab4cfebcb2632d094c7aa97278eef2f8052438621766d863ae98a931",
    };

    /// <summary>Where the archive is.</summary>
    public static Uri Address { get; } = new("https://www.wintun.net/builds/wintun-" + Version + ".zip");

    /// <summary>
    /// The bundled engine's processor on Windows, as gost names it, whatever the computer's or PowerShell's is. On ARM this DLL installs the driver for ARM,
    /// which it has in it, too (wintun's api/resources.rc, WANT_ARM64_WOW64).
    /// </summary>
    public const string EngineProcessor = "amd64";

    /// <summary>This process's processor, as gost names it: a DLL must be of its process's.</summary>
    public static string LocalProcessor => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>SHA-256 of the DLL for a processor, or null where Wintun has none.</summary>
    public static string? HashOf(string processor) => Libraries.TryGetValue(processor, out var hash) ? hash : null;

    /// <summary>The processor whose DLL has this hash, or null.</summary>
    public static string? ProcessorOf(string hash) => Libraries.Where(library => library.Value == hash).Select(library => library.Key).FirstOrDefault();

    /// <summary>The DLL's place in the archive.</summary>
    public static string EntryOf(string processor) => $"wintun/bin/{(processor == "386" ? "x86" : processor)}/{FileName}";

    /// <summary>The DLL's folder in the store of engines.</summary>
    public static string FolderOf(string engines, string processor) => Path.Combine(engines, $"wintun-{Version}-{processor}");
}
