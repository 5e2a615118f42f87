using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.AutoStart;

/// <summary>gost.exe and the wintun.dll that it loads from beside itself.</summary>
internal static class WindowsGost
{
    /// <summary>
    /// Those that a tunnel would run here: the newest gost of the store with the hash that was noted when it was installed, else the one on PATH; Wintun
    /// with the hash that GostBt knows.
    /// </summary>
    /// <param name="store">Installed gosts.</param>
    /// <param name="platform">This computer's.</param>
    /// <param name="onPath">The gost on PATH, or null.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: there is no gost, or no Wintun for it.</exception>
    public static IReadOnlyList<AgentFile> Files(GostStore store, GostPlatform platform, string? onPath)
    {
        var name = Path.Combine(AgentEngines.GostFolder, platform.Program);
        var gost = store.List().FirstOrDefault(installed => installed.Platform == platform) is { } found ? new AgentFile(found.Path, name, found.Hash)
            : onPath is not null ? AgentFile.Of(onPath, name)
            : throw Missing("gost is neither installed nor on PATH");
        var wintun = new[] { Path.GetDirectoryName(gost.Source)!, KnownWintun.FolderOf(store.Root, platform.Processor) }
            .Select(folder => Path.Combine(folder, KnownWintun.FileName))
            .FirstOrDefault(File.Exists) ?? throw Missing($"there is no {KnownWintun.FileName} for it");
        return [gost, new AgentFile(wintun, Path.Combine(AgentEngines.GostFolder, KnownWintun.FileName), KnownWintun.HashOf(platform.Processor)!)];
    }

    private static GostBtException Missing(string what) => new(
        GostBtFailure.EngineFailed,
        $"The profile wants gost, and the agent that starts by itself runs only what is placed where its user may not write; but {what}.",
        "Install it with Install-GostBtEngine and register again, or set 'engine: auto' in the profile.");
}
