using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>The engines on a profile's server.</summary>
public sealed class ServerEngines
{
    private readonly ISshConnector _ssh;
    private readonly HostBinaries _host;

    /// <param name="ssh">Opens sessions.</param>
    /// <param name="host">Finds the bundled engine, to compare with.</param>
    public ServerEngines(ISshConnector ssh, HostBinaries host)
    {
        _ssh = ssh;
        _host = host;
    }

    /// <summary>Looks, in one round trip.</summary>
    public async Task<IReadOnlyList<GostBtEngine>> GetAsync(Profile profile, SshOptions ssh, CancellationToken cancellationToken)
    {
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        return Of(profile, await ServerProvisioner.FactsAsync(session, ssh, profile.Name, cancellationToken).ConfigureAwait(false), OwnHash);
    }

    /// <summary>The engines that facts tell of. Pure but for <paramref name="ownHash"/>.</summary>
    /// <param name="profile">Whose server it is.</param>
    /// <param name="facts">What is there.</param>
    /// <param name="ownHash">The SHA-256 of the bundled engine for such a server, null where there is none here.</param>
    internal static IReadOnlyList<GostBtEngine> Of(Profile profile, ServerFacts facts, Func<ServerFacts, string?> ownHash)
    {
        var deployed = facts.Profile(profile.Name.Value);
        var runs = deployed?.Value("engine") ?? deployed?.Value("program");
        var engines = new List<GostBtEngine>();
        foreach (var file in facts.Files.Where(file => IsProgram(file.Path) || file.Path.StartsWith(ServerPaths.GostPrefix, StringComparison.Ordinal)))
        {
            var bundled = IsProgram(file.Path);
            var version = bundled ? null : GostVersion.TryParse(file.Path.Substring(ServerPaths.GostPrefix.Length));
            var own = bundled ? ownHash(facts) == file.Hash : KnownGost.Has(file.Hash) || (file.Path == runs && profile.Server.Engine?.Hash == file.Hash);
            engines.Add(new GostBtEngine
            {
                Name = profile.Name.Value,
                Kind = bundled ? EngineKind.Bundled : EngineKind.Gost,
                Version = bundled && own ? typeof(ServerEngines).Assembly.GetName().Version?.ToString(3) : version?.Text,
                Platform = GostPlatform.OfServer(facts.Architecture).ToString(),
                Path = file.Path,
                Hash = file.Hash,
                Verified = own,
                Preferred = file.Path == runs,
            });
        }

        // Found in the order of their folders, which are named after hashes.
        return [.. engines.OrderByDescending(engine => engine.Kind == EngineKind.Bundled).ThenBy(engine => engine.Path, StringComparer.Ordinal)];
    }

    private static bool IsProgram(string path) =>
        path.StartsWith(ServerPaths.Programs, StringComparison.Ordinal) && path.EndsWith("/gostbt", StringComparison.Ordinal);

    private string? OwnHash(ServerFacts facts)
    {
        try
        {
            return PlannedFile.OfProgram(_host.FindForUpload(ServerEngineSource.Runtime(facts))).Hash;
        }
        catch (GostBtException)
        {
            // Nothing here to compare with.
            return null;
        }
    }
}
