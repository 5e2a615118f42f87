using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>
/// The engines of an agent. The bundled one is the agent's own program, whatever a variable or PATH says: an agent that starts by itself may have more rights
/// than those who can change these, and the engine would have them too.
/// </summary>
public sealed class AgentEngines
{
    /// <summary>The folder beside the agent's program where a gost of its own lies, apart from what the bundled engine loads.</summary>
    internal const string GostFolder = "gost";

    private readonly string _program;
    private readonly GostBtPaths _paths;
    private readonly bool _gostBeside;

    /// <param name="program">The gostbt that runs as the agent.</param>
    /// <param name="paths">Where engines are installed.</param>
    /// <param name="gostBeside">
    /// Whether gost is run from <see cref="GostFolder"/> beside that program only, where its user may not write; else from the store, or from PATH.
    /// </param>
    public AgentEngines(string program, GostBtPaths paths, bool gostBeside)
    {
        _program = program;
        _paths = paths;
        _gostBeside = gostBeside;
    }

    /// <summary>The engine inside <c>gostbt</c>.</summary>
    /// <param name="isWindows">Windows has no signal that asks a process without a console to end.</param>
    internal EngineProgram Bundled(bool isWindows) => new(EngineKind.Bundled, _program, isWindows ? ["engine", "--until-input-ends"] : ["engine"])
    {
        EndsWithItsInput = isWindows,
        Environment = new Dictionary<string, string?> { [KnownWintun.EnginesVariable] = Path.GetFullPath(_paths.Engines) },
    };

    /// <summary>go-gost/gost.</summary>
    /// <param name="isWindows">There gost hears nobody who asks it to end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.EngineFailed"/>: there is none; <see cref="GostBtFailure.ChecksumMismatch"/>: the store's is not what was installed.
    /// </exception>
    internal async Task<EngineProgram> GostAsync(bool isWindows, CancellationToken cancellationToken)
    {
        var path = _gostBeside ? GostBeside(_program) : await InstalledGostAsync(cancellationToken).ConfigureAwait(false);
        var gost = new EngineProgram(EngineKind.Gost, path, []);
        return isWindows ? gost with { Grace = TimeSpan.Zero } : gost;
    }

    /// <summary>The gost that was placed for an agent's program.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: there is none.</exception>
    internal static string GostBeside(string program)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(program))!, GostFolder, GostPlatform.Local.Program);
        return File.Exists(path) ? path : throw new GostBtException(
            GostBtFailure.EngineFailed,
            "The profile wants gost, and no gost was placed for the agent that starts by itself.",
            "Run Register-GostBtAutoStart again, which places the one that is installed; or set 'engine: auto' in the profile.");
    }

    private Task<string> InstalledGostAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_paths.Engines))
        {
            // What somebody else can write there would run with the agent's rights.
            PrivateFile.CreateFolder(_paths.Engines);
        }

        return LocalEngines.FindGostAsync(new GostStore(_paths.Engines), cancellationToken);
    }
}
