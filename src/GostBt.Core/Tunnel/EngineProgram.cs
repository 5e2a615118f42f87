using System.Reflection;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Tunnel;

/// <summary>A program that takes a gost configuration after <c>-C</c>.</summary>
/// <param name="Kind"><see cref="EngineKind.Gost"/> or <see cref="EngineKind.Bundled"/>.</param>
/// <param name="Path">The executable.</param>
/// <param name="Arguments">What comes before <c>-C</c>.</param>
internal sealed record EngineProgram(EngineKind Kind, string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables it gets besides the agent's.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether the end of its standard input asks it to end.</summary>
    public bool EndsWithItsInput { get; init; }

    /// <summary>How long it has to end once it was asked; none where it cannot be asked.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Name and version, as results show them; no version where the program does not tell its version in time.</summary>
    public async Task<EngineName> DescribeAsync(CancellationToken cancellationToken)
    {
        if (Kind == EngineKind.Bundled)
        {
            // The agent and the engine are the same program, see AgentEngines.
            var own = typeof(EngineProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            return new EngineName("gostbt", own?.Split('+')[0]);
        }

        try
        {
            var version = await ProcessRunner.RunAsync(new ProcessCommand(Path, ["-V"]) { Deadline = TimeSpan.FromSeconds(5) }, cancellationToken).ConfigureAwait(false);
            return new EngineName("gost", version.Output.Trim().Split(' ').ElementAtOrDefault(1));
        }
        catch (Exception e) when (e is GostBtException or ProcessStartException)
        {
            return new EngineName("gost", null);
        }
    }
}
