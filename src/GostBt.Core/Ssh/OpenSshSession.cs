using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Ssh;

/// <summary>Runs scripts on one host; each call is one <c>ssh</c>, one round trip.</summary>
public sealed class OpenSshSession : ISshSession
{
    private const int ConnectionFailed = 255;

    private readonly SshPrograms _programs;
    private readonly SshOptions _options;
    private readonly SshClientSettings _settings;
    private readonly KnownHosts _knownHosts;
    private readonly HostBinaries _host;
    private readonly IOperationLog _log;

    internal OpenSshSession(
        SshPrograms programs, SshOptions options, SshClientSettings settings, KnownHosts knownHosts, HostBinaries host, IOperationLog log)
    {
        _programs = programs;
        _options = options;
        _settings = settings;
        _knownHosts = knownHosts;
        _host = host;
        _log = log;
    }

    /// <inheritdoc/>
    public int RoundTrips { get; private set; }

    /// <inheritdoc/>
    public Task<SshResult> RunScriptAsync(string script, TimeSpan deadline, CancellationToken cancellationToken) =>
        RunScriptWithFilesAsync([], script, deadline, null, cancellationToken);

    /// <inheritdoc/>
    public async Task<SshResult> RunScriptWithFilesAsync(
        IReadOnlyList<SshFile> files, string script, TimeSpan deadline, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var remote = new RemoteScript(files, script, _options.PasswordForSudo);
        CountRoundTrip(remote.Name);
        using var channel = AskpassChannel.Open(_options, _settings, _host);
        using var refused = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, channel?.Refused ?? CancellationToken.None);
        try
        {
            var outcome = await _programs.RunSshAsync(
                [.. SshArguments.Target(_options), .. SshArguments.Manner(_options, channel is not null), .. _knownHosts.Options, "--", _options.Target.Host, remote.Command],
                (input, cancel) => remote.WriteAsync(input, progress, cancel),
                deadline,
                channel,
                refused.Token).ConfigureAwait(false);
            return outcome.ExitCode == ConnectionFailed
                ? throw SshFailure.Classify(_options, outcome.Error, channel?.Given)
                : remote.Settle(outcome.ExitCode, outcome.Output, outcome.Error);
        }
        catch (GostBtException e) when (e.Failure == GostBtFailure.Timeout)
        {
            throw SshFailure.TimedOut(_options, deadline, e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw SshFailure.Refused(_options, channel?.Given);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _knownHosts.Dispose();

    internal void CountRoundTrip(string what)
    {
        RoundTrips++;
        _log.Verbose(FormattableString.Invariant($"ssh round trip {RoundTrips} to {_options.Target}: {what}"));
    }
}
