using System.CommandLine;
using GostBt.AutoStart;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt autostart</c>: has a tunnel come up with this computer, or no more.</summary>
internal static class AutoStartCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var remove = new Option<bool>("--remove") { Description = "Take it back; the tunnel that the system started ends." };
        var plan = new Option<bool>("--plan") { Description = "Only print what would be made, or with --remove be taken back." };
        var account = new Option<string?>("--account") { Description = "On Windows: start at boot as this account (yours), not when you log on; its password comes by --password-stdin.", HelpName = "USER" };
        var password = Arguments.PasswordStdin();
        var command = new Command("autostart", "Has a tunnel come up with this computer (a systemd unit; on Windows a scheduled task). Does not start it now.")
        {
            name, remove, plan, account, password,
        };
        command.Run(async (result, cancellationToken) =>
        {
            var services = result.Services();
            var profile = result.Name(name);
            if (result.GetValue(plan))
            {
                var text = result.GetValue(remove) ? AutoStarter.DescribeRemoval(profile) : services.AutoStarts.Describe(profile, result.GetValue(account));
                await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
                return ExitCode.Done;
            }

            using var secret = result.GetValue(password) ? ConsoleSecret.Read() : null;
            var entry = result.GetValue(remove)
                ? await services.AutoStarts.UnregisterAsync(profile, cancellationToken).ConfigureAwait(false)
                : await services.AutoStarts.RegisterAsync(profile, result.GetValue(account), secret, cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{entry.Name}: {entry.Entry} {(entry.Registered ? "is registered" : "is not registered")}").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
