using GostBt.Model;
using GostBt.Processes;
using GostBt.Ssh;
using Renci.SshNet;

namespace GostBt.SshNet;

/// <summary>Runs scripts on one host; each call is a connection of its own, as with OpenSSH: what is checked over a new connection is checked over one.</summary>
internal sealed class SshNetSession(Route route, IOperationLog log) : ISshSession
{
    private const int OutputLimit = 4 * 1024 * 1024;

    /// <inheritdoc/>
    public int RoundTrips { get; private set; }

    /// <inheritdoc/>
    public Task<SshResult> RunScriptAsync(string script, TimeSpan deadline, CancellationToken cancellationToken) =>
        RunScriptWithFilesAsync([], script, deadline, null, cancellationToken);

    /// <inheritdoc/>
    public Task<SshResult> RunScriptWithFilesAsync(
        IReadOnlyList<SshFile> files, string script, TimeSpan deadline, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var remote = new RemoteScript(files, script, route.Options.PasswordForSudo);
        CountRoundTrip(remote.Name);
        return Abandonable.RunAsync(stop => RunAsync(remote, progress, stop), deadline, route.Options, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing outlives a call.
    }

    internal void CountRoundTrip(string what)
    {
        RoundTrips++;
        log.Verbose(FormattableString.Invariant($"ssh round trip {RoundTrips} to {route.Options.Target}: {what}"));
    }

    private async Task<SshResult> RunAsync(RemoteScript remote, IProgress<long>? progress, CancellationToken stop)
    {
        var connection = new Connection(route.Options);

        // Closing the connection is what ends every wait of the library at once, and the command on the host.
        using var closing = stop.Register(connection.Close);
        try
        {
            var client = await route.OpenAsync(connection, stop).ConfigureAwait(false);
            using var command = client.CreateCommand(remote.Command);
            var executing = command.ExecuteAsync(CancellationToken.None);
            var output = ReadAsync(command.OutputStream);
            var error = ReadAsync(command.ExtendedOutputStream);
            await WriteAsync(remote, command, progress, stop).ConfigureAwait(false);
            await executing.ConfigureAwait(false);
            return command.ExitStatus is { } code
                ? remote.Settle(code, await output.ConfigureAwait(false), await error.ConfigureAwait(false))
                : throw connection.Unreachable(new IOException("The connection ended before the command did."));
        }
        catch (Exception e) when (Connection.IsConnectionFailure(e))
        {
            stop.ThrowIfCancellationRequested();
            throw connection.Unreachable(e);
        }
        finally
        {
            connection.Close();
        }
    }

    private static async Task WriteAsync(RemoteScript remote, SshCommand command, IProgress<long>? progress, CancellationToken stop)
    {
        try
        {
            using var input = command.CreateInputStream();
            await remote.WriteAsync(input, progress, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (Connection.IsConnectionFailure(e))
        {
            // The command stopped reading; its exit code and error output say why.
        }
    }

    private static Task<string> ReadAsync(Stream stream) => Task.Run(() =>
    {
        var kept = new BoundedBuffer(OutputLimit);
        var buffer = new byte[32 * 1024];
        try
        {
            int count;
            while ((count = stream.Read(buffer, 0, buffer.Length)) > 0)
            {
                kept.Append(buffer, count);
            }
        }
        catch (Exception e) when (Connection.IsConnectionFailure(e))
        {
            // What came until then is what there is.
        }

        return kept.ToString();
    });
}
