using System.CommandLine;
using GostBt.Ssh;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt down</c>: stops a tunnel and, if asked, takes its server back.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var removeServer = new Option<bool>("--remove-server") { Description = "Also take back all that was deployed on the server. The profile stays." };
        var password = Arguments.PasswordStdin();
        var command = new Command("down", "Stops a tunnel and takes back all it changed on this machine.") { name, removeServer, password };
        command.Run(async (result, cancellationToken) =>
        {
            var services = result.Services();
            using var secret = result.GetValue(password) ? ConsoleSecret.Read() : null;
            var tunnel = await services.Tunnels.StopAsync(result.Name(name), cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{tunnel.Name}: {tunnel.State}").ConfigureAwait(false);
            if (result.GetValue(removeServer))
            {
                var profile = services.Profiles.Load(result.Name(name));
                var plan = await services.Servers.PlanRemovalAsync(profile, SshOptions.For(profile) with { Password = secret }, cancellationToken).ConfigureAwait(false);
                await services.Servers.RemoveAsync(plan, cancellationToken).ConfigureAwait(false);
                await Console.Out.WriteLineAsync($"{profile.Server.Host}: removed").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
