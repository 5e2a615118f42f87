using System.Globalization;
using System.IO.Pipes;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Tunnel;

/// <summary>Answers at an agent's pipe. A few at a time, each within seconds: who sends nothing, nonsense or without an end is hung up on and holds up nobody for long.</summary>
internal sealed class AgentPipeServer : IDisposable
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly IAgentRequests _agent;
    private readonly AgentLog _log;
    private readonly CancellationTokenSource _end = new();
    private readonly List<NamedPipeServerStream> _pipes = [];

    private AgentPipeServer(IAgentRequests agent, AgentLog log)
    {
        _agent = agent;
        _log = log;
    }

    /// <summary>Begins to answer. Where there can be no pipe, the agent's state file and signals have to do.</summary>
    /// <returns>Ends it when disposed of; null where there is none.</returns>
    public static AgentPipeServer? TryStart(AgentFiles files, IAgentRequests agent, AgentLog log)
    {
        if (AgentPipe.NameOf(files) is not { } name)
        {
            log.Warn($"the path of {files.Socket} is too long for a socket: the agent cannot be asked, only stopped");
            return null;
        }

        var server = new AgentPipeServer(agent, log);
        try
        {
            for (var index = 0; index < AtOnce; index++)
            {
                server._pipes.Add(new NamedPipeServerStream(
                    name, PipeDirection.InOut, AtOnce, PipeTransmissionMode.Byte, OwnPipe.Options, AgentPipe.LongestAnswer, AgentPipe.LongestAnswer));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            log.Warn($"the agent cannot be asked, only stopped: {e.Message}");
            server.Dispose();
            return null;
        }

        foreach (var pipe in server._pipes)
        {
            _ = Task.Run(() => server.ServeAsync(pipe), CancellationToken.None);
        }

        return server;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _pipes.ForEach(pipe => pipe.Dispose());
    }

    private async Task ServeAsync(NamedPipeServerStream pipe)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await pipe.WaitForConnectionAsync(_end.Token).ConfigureAwait(false);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                patience.CancelAfter(Patience);
                await AnswerAsync(pipe, patience).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A stranger, or one that went away or is silent, or the system is short of something: the next may be ours.
                if (!pipe.IsConnected && !_end.IsCancellationRequested)
                {
                    await Task.Delay(AfterFailure, CancellationToken.None).ConfigureAwait(false);
                }
            }

            Disconnect(pipe);
        }
    }

    private async Task AnswerAsync(Stream pipe, CancellationTokenSource patience)
    {
        if (await AgentPipe.ReadLineAsync(pipe, AgentPipe.LongestRequest, patience.Token).ConfigureAwait(false) is not { } request)
        {
            return;
        }

        // What takes long is the agent's own work, not the other end's silence.
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        var answer = await AnswerAsync(request, _end.Token).ConfigureAwait(false);
        patience.CancelAfter(Patience);
        await AgentPipe.WriteLineAsync(pipe, answer, patience.Token).ConfigureAwait(false);

        // It closes its end when it has read: closing ours first could lose the answer on its way.
        await pipe.ReadAsync(new byte[1], 0, 1, patience.Token).ConfigureAwait(false);
    }

    private async Task<string> AnswerAsync(string request, CancellationToken cancellationToken)
    {
        try
        {
            switch (request)
            {
                case "status":
                    return Ok(AgentStateFile.Write(_agent.Status()));
                case "stop":
                    _agent.Stop();
                    return Ok(string.Empty);
                case "restart":
                    return Ok(await _agent.RestartAsync(cancellationToken).ConfigureAwait(false));
                case "reload":
                    return Ok(await _agent.ReloadAsync(cancellationToken).ConfigureAwait(false));
                default:
                    return Error(new GostBtException(GostBtFailure.InvalidInput, "The agent was asked what it does not know.", "Update GostBt, and restart the tunnel."));
            }
        }
        catch (GostBtException e)
        {
            return Error(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, it must not keep the next from an answer.
            _log.Warn($"'{request}' failed: {e.Message}");
            return Error(new GostBtException(GostBtFailure.Unexpected, e.Message, "Check the free space and the permissions of the profile's and the agent's folders.", e));
        }
    }

    private static string Ok(int attempt) => Ok(attempt.ToString(CultureInfo.InvariantCulture));

    private static string Ok(string text) => "ok " + Uri.EscapeDataString(text);

    private static string Error(GostBtException e) => $"error {e.Failure} {Uri.EscapeDataString(e.Message)} {Uri.EscapeDataString(e.Remedy)}";

    private static void Disconnect(NamedPipeServerStream pipe)
    {
        try
        {
            pipe.Disconnect();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It was not connected, or is disposed of.
        }
    }
}
