using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Gost.Supply;

/// <summary>The engines of this computer: the bundled one, the store's gosts, the gost on PATH.</summary>
public sealed class LocalEngines
{
    private static readonly TimeSpan VersionDeadline = TimeSpan.FromSeconds(5);

    private readonly GostStore _store;
    private readonly HostBinaries _host;
    private readonly IOperationLog _log;

    /// <param name="store">Installed gosts.</param>
    /// <param name="host">Finds the bundled engine.</param>
    /// <param name="log">Told what is wrong with one.</param>
    public LocalEngines(GostStore store, HostBinaries host, IOperationLog log)
    {
        _store = store;
        _host = host;
        _log = log;
    }

    /// <summary>All of them; the first of each kind is the one that a tunnel runs.</summary>
    public async Task<IReadOnlyList<GostBtEngine>> ListAsync(CancellationToken cancellationToken)
    {
        var engines = new List<GostBtEngine>();
        if (_host.TryFindLocal() is { } bundled)
        {
            engines.Add(new GostBtEngine
            {
                Kind = EngineKind.Bundled,
                Version = OwnVersion,
                Platform = GostPlatform.Local.ToString(),
                Path = bundled,
                Source = "module",
                Hash = await FileHash.OfAsync(bundled, cancellationToken).ConfigureAwait(false),
                Preferred = true,
            });
        }

        var gosts = new List<GostBtEngine>();
        foreach (var gost in _store.List())
        {
            gosts.Add(await DescribeAsync(gost, cancellationToken).ConfigureAwait(false));
        }

        if (GostProgram.OnPath() is { } found)
        {
            gosts.Add(await DescribePathAsync(found, cancellationToken).ConfigureAwait(false));
        }

        var preferred = gosts.FirstOrDefault(gost => gost.Platform == GostPlatform.Local.ToString());
        return [.. engines, .. gosts.Select(gost => ReferenceEquals(gost, preferred) ? gost with { Preferred = true } : gost)];
    }

    /// <summary>One of the store, its bytes compared with what was placed.</summary>
    public async Task<GostBtEngine> DescribeAsync(InstalledGost gost, CancellationToken cancellationToken)
    {
        var hash = await FileHash.OfAsync(gost.Path, cancellationToken).ConfigureAwait(false);
        if (hash != gost.Hash)
        {
            _log.Warning($"{gost.Path} is not the program that was installed there; no tunnel will run it. 'Install-GostBtEngine -Version {gost.Version} -Force' installs it anew.");
        }

        return new GostBtEngine
        {
            Kind = EngineKind.Gost,
            Version = gost.Version.Text,
            Platform = gost.Platform.ToString(),
            Path = gost.Path,
            Source = gost.Source,
            Hash = hash,
            Verified = gost.Verified && hash == gost.Hash,
        };
    }

    /// <summary>The gost that a tunnel runs: the newest of the store, its bytes checked, else the one on PATH.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: there is none; <see cref="GostBtFailure.ChecksumMismatch"/>.</exception>
    public static async Task<string> FindGostAsync(GostStore store, CancellationToken cancellationToken) =>
        store.List().FirstOrDefault(gost => gost.Platform == GostPlatform.Local) is { } installed
            ? await GostStore.OpenAsync(installed, cancellationToken).ConfigureAwait(false)
            : GostProgram.OnPath() ?? throw new GostBtException(
                GostBtFailure.EngineFailed,
                "The profile wants gost, which is neither installed nor on PATH.",
                "Install it with Install-GostBtEngine, or set 'engine: auto' in the profile.");

    private static string? OwnVersion => typeof(LocalEngines).Assembly.GetName().Version?.ToString(3);

    private static async Task<GostBtEngine> DescribePathAsync(string path, CancellationToken cancellationToken)
    {
        GostVersion? version;
        try
        {
            version = await GostProgram.VersionAsync(path, VersionDeadline, cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException)
        {
            // Listed even so: the tunnel will say what is wrong with it.
            version = null;
        }

        var hash = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
        return new GostBtEngine
        {
            Kind = EngineKind.Gost,
            Version = version?.Text,
            Platform = GostPlatform.Local.ToString(),
            Path = path,
            Source = "PATH",
            Hash = hash,
            Verified = KnownGost.Has(hash) ? true : null,
        };
    }
}
