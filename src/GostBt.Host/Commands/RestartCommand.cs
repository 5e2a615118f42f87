using System.CommandLine;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt restart</c>: has a tunnel begin anew with its profile as it is now.</summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var timeout = Arguments.Timeout();
        var command = new Command("restart", "Has a tunnel begin anew with its profile as it is now, and waits until the server's end answers.") { name, timeout };
        command.Run(async (result, cancellationToken) =>
        {
            var tunnel = await result.Services().Tunnels.RestartAsync(result.Name(name), result.Seconds(timeout), cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(StatusCommand.Describe(tunnel)).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
