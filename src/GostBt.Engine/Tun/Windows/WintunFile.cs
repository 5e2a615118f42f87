using System.Security.Cryptography;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Engine.Tun.Windows;

/// <summary>Finds wintun.dll beside the program or where Install-GostBtEngine puts it, nowhere else, and has it loaded only if its bytes are Wintun's own.</summary>
internal static class WintunFile
{
    /// <summary>The places, in order.</summary>
    internal static IReadOnlyList<string> Places(string? programFolder, string engines, string processor) =>
        [.. new[] { programFolder, KnownWintun.FolderOf(engines, processor) }.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, KnownWintun.FileName))];

    /// <summary>The first that is there, checked and loaded.</summary>
    /// <exception cref="GostBtException">None is there, or it is of another architecture, or not Wintun's.</exception>
    internal static IWintun Load() => Load(
        Places(Path.GetDirectoryName(Environment.ProcessPath), Engines(), KnownWintun.LocalProcessor),
        KnownWintun.LocalProcessor,
        KnownWintun.ProcessorOf,
        WintunLibrary.Load);

    /// <param name="places">Full paths.</param>
    /// <param name="processor">This process's.</param>
    /// <param name="processorOf">Whose DLL has a hash.</param>
    /// <param name="load">Loads it.</param>
    internal static IWintun Load(IReadOnlyList<string> places, string processor, Func<string, string?> processorOf, Func<string, IWintun> load)
    {
        var path = places.FirstOrDefault(File.Exists) ?? throw WintunErrors.Missing(places);

        // Held open without sharing writes until it is loaded: the bytes that were checked are those that run.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return processorOf(hash) switch
        {
            null => throw WintunErrors.Unknown(path, hash),
            var its when its != processor => throw WintunErrors.WrongArchitecture(path, its, processor),
            _ => load(path),
        };
    }

    // The agent's, whose folders may be other than this process's environment says.
    private static string Engines() =>
        Environment.GetEnvironmentVariable(KnownWintun.EnginesVariable) is { Length: > 0 } given ? given : GostBtPaths.ForCurrentUser().Engines;
}
