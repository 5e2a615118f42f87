using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GostBt.Tunnel;

namespace GostBt.Wine.Tests.Raising;

/// <summary>
/// <c>gostbt agent</c> under Wine, with a stand-in for gost.exe that runs and makes no TUN (gost.c, compiled by test.sh): the agent waits for the device, gives the attempt up
/// and begins another, as long as it is let.
/// </summary>
internal sealed class WindowsAgent : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WinePrefix _wine;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private WindowsAgent(WinePrefix wine)
    {
        _wine = wine;
        var port = LoopbackPort.Free();
        File.AppendAllText(Home.Profile, string.Create(CultureInfo.InvariantCulture, $"engine: gost\nproxy: {{ port: {port} }}\n"));
        Process = wine.Start(Home.Path, "agent", "--profile", "home");
        _output = Process.StandardOutput.ReadToEndAsync();
        _error = Process.StandardError.ReadToEndAsync();
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle => WinePrefix.Obstacle ?? (File.Exists(WinePrefix.Gost) ? null : "the stand-in for gost.exe is not compiled (test.sh)");

    public HomeFolder Home { get; } = HomeFolder.WithProfile();

    public Process Process { get; }

    /// <summary>What its state file says now.</summary>
    public AgentState? State => AgentStateFile.Read(Home[Path.Combine("state", "home", "state.yaml")]);

    public string Log => File.ReadAllText(Home[Path.Combine("state", "home", "agent.log")]);

    /// <summary>Whether the engine it started runs.</summary>
    public bool EngineRuns => File.Exists(Home[Path.Combine("state", "home", "engine.yaml.running")]);

    /// <summary>Starts one and waits until its engine runs.</summary>
    public static async Task<WindowsAgent> StartAsync(WinePrefix wine)
    {
        var agent = new WindowsAgent(wine);
        try
        {
            await agent.UntilAsync("the engine runs", () => agent.EngineRuns && agent.State is not null);
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    public Task<CommandResult> GostBtAsync(params string[] arguments) => _wine.GostBtAsync(Home.Path, arguments);

    /// <summary>What <c>gostbt status</c> tells.</summary>
    public async Task<(int ExitCode, JsonElement Tunnel)> StatusAsync()
    {
        var status = await GostBtAsync("status", "home", "--json");
        using var json = JsonDocument.Parse(status.Output);
        return (status.ExitCode, json.RootElement[0].Clone());
    }

    /// <summary>What it answers when there is no state file to read.</summary>
    public async Task<JsonElement> AskedAsync()
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            File.Delete(Home[Path.Combine("state", "home", "state.yaml")]);
            var (exitCode, told) = await StatusAsync();
            if (told.GetProperty("agentProcessId").ValueKind == JsonValueKind.Number)
            {
                Assert.Equal(3, exitCode);
                return told;
            }

            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"The agent does not answer: {told}");
            }
        }
    }

    public async Task UntilAsync(string what, Func<bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); await Task.Delay(50))
        {
            if (watch.Elapsed > Limit)
            {
                var said = _output.IsCompleted && _error.IsCompleted ? await _output + await _error : "it runs still";
                throw new TimeoutException($"Not within {Limit.TotalSeconds} s: {what}. The agent: {said}");
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await Process.WaitForExitAsync().WaitAsync(Limit);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        await Process.WaitForExitAsync();
        Process.Dispose();
        await UntilAsync("its engine ends with it", () => !EngineRuns);
        Home.Dispose();
    }
}
