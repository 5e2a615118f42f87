using System.Text.RegularExpressions;
using GostBt.Processes;

namespace GostBt.Ssh;

/// <summary>OpenSSH's programs, run as children.</summary>
internal sealed class SshPrograms(string ssh, string keygen)
{
    private static readonly TimeSpan Local = TimeSpan.FromSeconds(15);
    private static readonly Regex VersionForm = new("OpenSSH_(?:for_Windows_)?(\\d+)\\.(\\d+)", RegexOptions.CultureInvariant);

    /// <summary>Runs ssh.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Writes its input; null gives it an empty one.</param>
    /// <param name="deadline">When it is given up.</param>
    /// <param name="channel">Answers its questions; null answers none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public Task<ProcessOutcome> RunSshAsync(
        IReadOnlyList<string> arguments,
        Func<Stream, CancellationToken, Task>? input,
        TimeSpan deadline,
        AskpassChannel? channel,
        CancellationToken cancellationToken) =>
        RunAsync(
            new ProcessCommand(ssh, arguments) { Deadline = deadline, StandardInput = input, Environment = channel?.Environment ?? SshArguments.Environment },
            cancellationToken);

    /// <summary>ssh's version; null when it does not say one that OpenSSH has.</summary>
    public async Task<Version?> VersionAsync(CancellationToken cancellationToken)
    {
        var outcome = await RunSshAsync(["-V"], null, Local, null, cancellationToken).ConfigureAwait(false);
        return VersionForm.Match(outcome.Error + outcome.Output) is { Success: true } match ? new Version(match.Groups[1].Value + "." + match.Groups[2].Value) : null;
    }

    /// <summary>Runs ssh-keygen.</summary>
    public Task<ProcessOutcome> RunKeygenAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(new ProcessCommand(keygen, arguments) { Deadline = Local, Environment = SshArguments.Environment }, cancellationToken);

    /// <summary>What ssh makes of a target, without connecting.</summary>
    public async Task<SshClientSettings> SettingsAsync(SshOptions options, CancellationToken cancellationToken)
    {
        var outcome = await RunSshAsync([.. SshArguments.Target(options), "-G", "--", options.Target.Host], null, Local, null, cancellationToken).ConfigureAwait(false);
        return outcome.ExitCode == 0
            ? SshClientSettings.Parse(outcome.Output, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))
            : throw SshFailure.Classify(options, outcome.Error);
    }

    private static async Task<ProcessOutcome> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await ProcessRunner.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException e)
        {
            throw SshFailure.Missing(e);
        }
    }
}
