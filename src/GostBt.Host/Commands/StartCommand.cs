using System.CommandLine;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt start</c>: starts the tunnel of a profile that is deployed already.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var timeout = Arguments.Timeout();
        var command = new Command("start", "Starts the tunnel of a deployed profile and waits until the server's end answers.") { name, timeout };
        command.Run(async (result, cancellationToken) =>
        {
            var tunnel = await result.Services().Tunnels.StartAsync(result.Name(name), result.Seconds(timeout), cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(StatusCommand.Describe(tunnel)).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
