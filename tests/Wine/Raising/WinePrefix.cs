using System.Diagnostics;

namespace GostBt.Wine.Tests.Raising;

/// <summary>
/// A Windows to run gostbt.exe in: a Wine prefix in a temporary folder, whose wineserver is ended with the tests. test.sh names one of its own (<c>WINEPREFIX</c>), which it
/// clears away even when the tests are killed.
/// </summary>
public sealed class WinePrefix : IAsyncLifetime
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Environment.GetEnvironmentVariable("WINEPREFIX") is { Length: > 0 } given
        ? given
        : Directory.CreateTempSubdirectory("gostbt-wine-").FullName;

    /// <summary>Why nothing of this can run here, or null.</summary>
    public static string? Obstacle { get; } =
        !OperatingSystem.IsLinux() ? "Wine's tests run on Linux"
        : !IsOnPath("wine") || !IsOnPath("wineserver") ? "wine is not installed"
        : !File.Exists(Program) ? "gostbt.exe is not published (build/publish-host.sh win-x64)"
        : null;

    /// <summary>The published executable.</summary>
    public static string Program => Path.Combine(Repository.Root, "artifacts", "host", "win-x64", "gostbt.exe");

    /// <summary>The stand-in for gost.exe, on the PATH of every program here.</summary>
    public static string Gost => Path.Combine(Repository.Root, "artifacts", "tests", "gost", "gost.exe");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Obstacle is null)
        {
            (await Command.RunAsync("env", [.. Settings, "wineboot", "-i"], input: null, BootLimit)).Succeeded();
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Obstacle is null)
        {
            await Command.RunAsync("env", [.. Settings, "wineserver", "-k"], input: null, CommandLimit);
            await Command.RunAsync("env", [.. Settings, "wineserver", "-w"], input: null, CommandLimit);
        }

        if (Environment.GetEnvironmentVariable("WINEPREFIX") is not { Length: > 0 })
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Runs gostbt.exe to its end, with everything of GostBt in a folder of this machine.</summary>
    public Task<CommandResult> GostBtAsync(string home, params string[] arguments) => GostBtWithAsync($"GOSTBT_HOME={OnWindows(home)}", arguments);

    /// <summary>The same with a variable of the caller's in the place of that folder.</summary>
    public Task<CommandResult> GostBtWithAsync(string variable, params string[] arguments) =>
        Command.RunAsync("env", [.. Settings, variable, "wine", Program, .. arguments], input: null, CommandLimit);

    /// <summary>Starts gostbt.exe and leaves it running.</summary>
    public Process Start(string home, params string[] arguments) =>
        Process.Start(Command.StartInfo("env", [.. Settings, $"GOSTBT_HOME={OnWindows(home)}", "wine", Program, .. arguments]))!;

    /// <summary>A path of this machine as Wine shows it to Windows programs.</summary>
    public static string OnWindows(string path) => "Z:" + path.Replace('/', '\\');

    private string[] Settings => [$"WINEPREFIX={_folder}", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY=", $"WINEPATH={OnWindows(Path.GetDirectoryName(Gost)!)}"];

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
