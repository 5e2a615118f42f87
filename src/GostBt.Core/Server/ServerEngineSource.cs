using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>
/// Where a server's engine comes from: the bundled one from here, always; gost from its release, fetched by the server itself where it can, from here
/// where it cannot, or from a file that the user gave. Which bytes it must be is decided here, never by the server or a mirror.
/// </summary>
public sealed class ServerEngineSource
{
    private readonly GostStore _store;
    private readonly GostInstaller _installer;

    /// <param name="store">The gosts that are here.</param>
    /// <param name="log">Told how a download gets on.</param>
    public ServerEngineSource(GostStore store, IOperationLog log)
        : this(store, new GostInstaller(store, log))
    {
    }

    internal ServerEngineSource(GostStore store, GostInstaller installer)
    {
        _store = store;
        _installer = installer;
    }

    /// <summary>The runtime of <c>gostbt</c> for a server whose processor is one that GostBt runs on.</summary>
    public static string Runtime(ServerFacts facts) => facts.Architecture is "aarch64" or "arm64" ? HostBinaries.Arm64ServerRuntime : HostBinaries.ServerRuntime;

    /// <summary>The gost that a profile wants on its server, as far as the profile knows it; null for the bundled engine.</summary>
    internal static PlannedFile? Expected(Profile profile) => profile.Server.Engine is { } engine
        ? PlannedFile.Known(ServerPaths.Gost(engine), "755", "root", engine.Hash ?? string.Empty)
        : null;

    /// <summary>The gost that a profile wants on its server, with what it takes to place it, and the profile with what is known of it; null for the bundled engine.</summary>
    /// <param name="profile">The profile, with <see cref="ServerEngine.ToProfile"/> done.</param>
    /// <param name="asked">What the user asked for; null when nothing.</param>
    /// <param name="facts">What the server has, and its processor.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<(Profile Profile, PlannedFile? Gost)> PlanAsync(Profile profile, ServerEngine? asked, ServerFacts facts, CancellationToken cancellationToken)
    {
        if (profile.Server.Engine is not { } engine)
        {
            return (profile, null);
        }

        var platform = GostPlatform.OfServer(facts.Architecture);
        if (asked?.File is { } file)
        {
            var given = await GivenAsync(file, asked, platform, engine, cancellationToken).ConfigureAwait(false);
            return (With(profile, engine with { Hash = given.Hash }), given);
        }

        if (engine.Version is null)
        {
            var expected = Expected(profile)!;
            return expected.IsPlaced(facts.File(expected.Path)) ? (profile, expected) : throw new GostBtException(
                GostBtFailure.InvalidInput, "The server's gost was given by hand, and is not there any more.", "Give it again with -EnginePath, or a release with -EngineVersion.");
        }

        var request = Request(engine, platform, asked?.Checksum);
        var release = new GostRelease(request.Version!);
        var archive = release.Archive(platform);
        engine = engine with { Hash = engine.Hash ?? (asked?.Checksum is null ? KnownGost.Of(archive)?.Program : null) };
        profile = With(profile, engine);
        var there = Expected(profile)!;
        if (engine.Hash is not null && there.IsPlaced(facts.File(there.Path)))
        {
            return (profile, there);
        }

        var demanded = await _installer.ArchiveHashAsync(request, cancellationToken).ConfigureAwait(false);
        return (profile, PlannedFile.Fetched(there.Path, "755", "root", new PlannedFetch(release.Address(archive, request.Mirror), demanded, engine.Hash)));
    }

    /// <summary>The same from here, for a server that could not fetch it.</summary>
    internal async Task<PlannedFile> FetchHereAsync(Profile profile, PlannedFile gost, ServerFacts facts, CancellationToken cancellationToken)
    {
        var request = Request(profile.Server.Engine!, GostPlatform.OfServer(facts.Architecture), gost.Fetch!.ArchiveHash);
        var plan = _installer.Plan(request with { Force = _store.Find(request.Version!, request.Platform) is { } there && there.ArchiveHash != gost.Fetch.ArchiveHash });
        var installed = await _installer.InstallAsync(plan, cancellationToken).ConfigureAwait(false);
        return PlannedFile.OfFile(gost.Path, gost.Mode, gost.Group, installed.Path);
    }

    internal static Profile With(Profile profile, ProfileServerEngine engine) => profile with { Server = profile.Server with { Engine = engine } };

    private static GostInstallRequest Request(ProfileServerEngine engine, GostPlatform platform, string? checksum) => new()
    {
        Version = GostVersion.Parse(engine.Version!),
        Platform = platform,
        Mirror = GostRelease.Mirror(engine.Mirror),
        Checksum = checksum,
    };

    private async Task<PlannedFile> GivenAsync(string file, ServerEngine asked, GostPlatform platform, ProfileServerEngine engine, CancellationToken cancellationToken)
    {
        var program = await _installer.UnpackGivenAsync(
            new GostInstallRequest { Platform = platform, File = file, Checksum = asked.Checksum, Version = asked.Version }, cancellationToken).ConfigureAwait(false);
        if (!ElfProgram.IsFor(program, platform))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput, $"{file} is no program for {platform}, which is what the server is.", $"Give {new GostRelease(asked.Version ?? GostVersion.Default).Archive(platform)}, or the program in it.");
        }

        var planned = PlannedFile.OfBytes(string.Empty, "755", "root", program);
        return planned with { Path = ServerPaths.Gost(engine with { Hash = planned.Hash }) };
    }
}
