using System.CommandLine;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt agent</c>: keeps a profile's tunnel up until SIGTERM or Ctrl+C.</summary>
internal static class AgentCommand
{
    private static readonly TimeSpan MemoryPeriod = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var profile = new Option<string>("--profile") { Description = "The profile's name.", Required = true, HelpName = "NAME" };
        var configuration = new Option<string?>("--configuration-folder") { Description = "Where profiles are kept.", Hidden = true };
        var state = new Option<string?>("--state-folder") { Description = "Where the agent's state goes.", Hidden = true };
        var engines = new Option<string?>("--engines-folder") { Description = "Where engines are installed.", Hidden = true };
        var gostBeside = new Option<bool>("--gost-beside") { Description = "Run no gost but the one beside this program.", Hidden = true };
        var detached = new Option<bool>("--detached") { Description = "Leave the caller's session.", Hidden = true };
        var command = new Command("agent", "Keeps a tunnel up in the foreground until it is told to end, then takes back all it changed; for service managers.")
        {
            profile, configuration, state, engines, gostBeside, detached,
        };
        command.Run(async (result, cancellationToken) =>
        {
            var user = GostBtPaths.ForCurrentUser();
            var paths = new GostBtPaths(
                result.GetValue(configuration) ?? user.Configuration,
                result.GetValue(state) ?? user.State,
                result.GetValue(engines) ?? (result.GetValue(state) is null ? user.Engines : null));
            var program = new AgentEngines(Environment.ProcessPath!, paths, result.GetValue(gostBeside));
            using var agent = await TunnelAgent.OpenAsync(
                new ProfileName(result.GetValue(profile)!), new ProfileStore(paths), paths, program, cancellationToken).ConfigureAwait(false);
            if (result.GetValue(detached))
            {
                Detachment.Enter(agent.LogPath);
            }
            else
            {
                await Console.Error.WriteLineAsync($"Running; the log is {agent.LogPath}").ConfigureAwait(false);
            }

            using var memory = UnusedMemory.GiveBackEach(MemoryPeriod);
            await agent.RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
