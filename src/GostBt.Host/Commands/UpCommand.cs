using System.CommandLine;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt up</c>: from a profile file to a tunnel that is up.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("PROFILE.yaml") { Description = "The profile's file." };
        var acceptHostKey = Arguments.AcceptHostKey();
        var fingerprint = Arguments.HostKeyFingerprint();
        var timeout = Arguments.Timeout();
        var password = Arguments.PasswordStdin();
        var takeOver = new Option<bool>("--take-over") { Description = "Make a profile of that name that another PC deployed on the server this PC's." };
        var command = new Command("up", "Deploys a profile's server and starts its tunnel; what is done already is left as it is.")
        {
            file, acceptHostKey, fingerprint, password, takeOver, timeout,
        };
        command.Run(async (result, cancellationToken) =>
        {
            var services = result.Services();
            var patience = result.Seconds(timeout);
            using var secret = result.GetValue(password) ? ConsoleSecret.Read() : null;
            var profile = ProfileImport.Read(result.GetValue(file)!.FullName, services.Profiles);
            var ssh = SshOptions.For(profile) with
            {
                AcceptHostKey = result.GetValue(acceptHostKey),
                HostKeyFingerprint = result.GetValue(fingerprint),
                ConfirmHostKey = ConsoleQuestion.AskAboutHostKey,
                Password = secret,
            };
            var request = ServerRequest.For(profile, ssh) with { TakeOver = result.GetValue(takeOver) };
            var plan = await services.Servers.PlanAsync(request, cancellationToken).ConfigureAwait(false);
            services.Log.Verbose(plan.ToString());
            var server = await services.Servers.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(server.Changed ? $"{server.HostName}: deployed" : $"{server.HostName}: nothing to do").ConfigureAwait(false);
            var tunnel = await services.Tunnels.StartAsync(profile.Name, patience, cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(StatusCommand.Describe(tunnel)).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
