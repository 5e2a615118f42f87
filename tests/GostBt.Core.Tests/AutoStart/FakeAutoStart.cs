using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Core.Tests.AutoStart;

/// <summary>A system that keeps one agent, or refuses to.</summary>
internal sealed class FakeAutoStart(string programs) : IAutoStart
{
    public AgentCommandLine? Kept { get; private set; }

    public GostBtException? Refusal { get; set; }

    public bool CannotHere { get; set; }

    public bool Running { get; set; }

    public string ProgramFolder => programs;

    public List<AgentFile> Engines { get; } = [];

    public IReadOnlyList<AgentFile> Beside(Profile profile, GostBtPaths paths) => Engines;

    public void RequireBeside(Profile profile, GostBtPaths paths)
    {
    }

    public string Describe(AgentCommandLine agent, string? account) => "the plan";

    public void Require(AgentCommandLine agent, string? account, SshPassword? password)
    {
        if (CannotHere)
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, "Not root.", "Use sudo.");
        }
    }

    public Task<GostBtAutoStart> RegisterAsync(AgentCommandLine agent, string? account, SshPassword? password, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        if (Kept is not null && !Serves(agent.Name, agent.Paths))
        {
            throw new GostBtException(GostBtFailure.Conflict, "It is another's.", "Take it away.");
        }

        // What it starts must be there already.
        Assert.True(File.Exists(agent.Program));
        Kept = agent;
        return Task.FromResult(new GostBtAutoStart { Name = agent.Name.Value, Registered = true, Entry = "entry", Program = agent.Program });
    }

    public Task<GostBtAutoStart> UnregisterAsync(ProfileName name, CancellationToken cancellationToken)
    {
        Kept = null;
        return Task.FromResult(new GostBtAutoStart { Name = name.Value, Registered = false, Entry = "entry" });
    }

    public bool Serves(ProfileName name, GostBtPaths paths) =>
        Kept is { } kept && kept.Arguments.SequenceEqual(new AgentCommandLine(name, string.Empty, paths).Arguments);

    public Task<bool> StartAsync(ProfileName name, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task StopAsync(ProfileName name, bool comesBack, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> RunsAsync(ProfileName name, CancellationToken cancellationToken) => Task.FromResult(Running);
}
