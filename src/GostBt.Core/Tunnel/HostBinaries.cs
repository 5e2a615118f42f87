using System.Diagnostics;
using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>
/// Finds the <c>gostbt</c> executable, for this machine or for upload to a server. In order: the path in <c>GOSTBT_HOST</c>, the running <c>gostbt</c> itself, the
/// module's <c>bin/host/&lt;runtime&gt;/</c>, PATH. Another system's binary lies in the folder of its runtime beside any of these. An agent does not look: see
/// <see cref="AgentEngines"/>.
/// </summary>
public sealed class HostBinaries
{
    /// <summary>The environment variable that names the executable.</summary>
    public const string Variable = "GOSTBT_HOST";

    /// <summary>The runtime GostBt deploys to servers.</summary>
    public const string ServerRuntime = "linux-x64";

    /// <summary>The same for servers with an arm64 processor.</summary>
    public const string Arm64ServerRuntime = "linux-arm64";

    private readonly Func<string, string?> _environment;
    private readonly string? _runningProgram;
    private readonly string? _libraryFolder;

    /// <summary>Looks around this process.</summary>
    public HostBinaries()
        : this(Environment.GetEnvironmentVariable, RunningProgram(), LibraryFolder())
    {
    }

    internal HostBinaries(Func<string, string?> environment, string? runningProgram, string? libraryFolder)
    {
        _environment = environment;
        _runningProgram = runningProgram;
        _libraryFolder = libraryFolder;
    }

    /// <summary>The identifier of the runtime that runs on this machine, such as <c>linux-x64</c>.</summary>
    public static string LocalRuntime => RuntimeOf(
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win" : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx" : "linux",
        RuntimeInformation.OSArchitecture);

    /// <summary>The executable that runs on this machine, made executable where this user may do that.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/> when there is none, or it may not be run.</exception>
    public string FindLocal()
    {
        var path = TryFindLocal() ?? throw Missing(LocalRuntime);
        UnixProgram.RequireExecutable(path);
        return path;
    }

    /// <summary>The executable that runs on this machine, or null.</summary>
    public string? TryFindLocal() => Candidates(LocalRuntime).FirstOrDefault(File.Exists);

    /// <summary>The self-contained executable for another machine.</summary>
    /// <param name="runtime">Its runtime identifier.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/> when there is none.</exception>
    public string FindForUpload(string runtime = ServerRuntime) =>
        Candidates(runtime).FirstOrDefault(path => File.Exists(path) && StandsAlone(path)) ?? throw Missing(runtime);

    // On ARM, Windows 11 runs the program for x64.
    internal static string RuntimeOf(string system, Architecture processor) =>
        system + "-" + (system == "win" && processor == Architecture.Arm64 ? Architecture.X64 : processor).ToString().ToLowerInvariant();

    private IEnumerable<string> Candidates(string runtime)
    {
        var program = ProgramOf(runtime);
        var local = runtime == LocalRuntime;
        foreach (var known in new[] { _environment(Variable), _runningProgram })
        {
            if (string.IsNullOrEmpty(known) || Path.GetDirectoryName(Path.GetFullPath(known!)) is not { } folder)
            {
                continue;
            }

            if (local)
            {
                yield return Path.GetFullPath(known!);
            }

            yield return Path.Combine(folder, runtime, program);
            yield return Path.GetFullPath(Path.Combine(folder, "..", runtime, program));
        }

        // The library lies in the module's folder or in one of an edition below it.
        var up = _libraryFolder;
        for (var level = 0; level < 4 && !string.IsNullOrEmpty(up); level++)
        {
            yield return Path.Combine(up, "host", runtime, program);
            yield return Path.Combine(up, "bin", "host", runtime, program);
            up = Path.GetDirectoryName(up);
        }

        if (local)
        {
            foreach (var folder in (_environment("PATH") ?? string.Empty).Split(Path.PathSeparator).Where(Path.IsPathRooted))
            {
                yield return Path.Combine(folder, program);
            }
        }
    }

    // A build for development needs its libraries and an installed runtime; only the published single file can be sent away.
    private static bool StandsAlone(string path) => !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "gostbt.dll"));

    private static string ProgramOf(string runtime) => runtime.StartsWith("win-", StringComparison.Ordinal) ? "gostbt.exe" : "gostbt";

    private static string? RunningProgram()
    {
        using var process = Process.GetCurrentProcess();
        var path = process.MainModule?.FileName;
        return Path.GetFileNameWithoutExtension(path) == "gostbt" ? path : null;
    }

    private static string? LibraryFolder()
    {
        var path = typeof(HostBinaries).Assembly.Location;
        return string.IsNullOrEmpty(path) ? null : Path.GetDirectoryName(path);
    }

    private static GostBtException Missing(string runtime) => new(
        GostBtFailure.EngineFailed,
        $"The gostbt executable for {runtime} is missing.",
        $"Reinstall the module, which has it in bin/host/{runtime}, or set {Variable} to its path.");
}
