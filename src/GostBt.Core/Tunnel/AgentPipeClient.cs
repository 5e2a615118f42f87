using System.Globalization;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Tunnel;

/// <summary>Asks a running agent over its pipe. An agent that cannot be asked (frozen, of another user, an older version's) is none to wait for: the answer is null.</summary>
/// <param name="files">The agent's.</param>
/// <param name="patience">How long what costs the agent nothing may take; a second unless given.</param>
internal sealed class AgentPipeClient(AgentFiles files, TimeSpan? patience = null)
{
    private readonly TimeSpan _quick = patience ?? TimeSpan.FromSeconds(1);

    // It may have to read and check a whole profile, on a busy machine.
    private static readonly TimeSpan Thorough = TimeSpan.FromSeconds(5);

    /// <returns>All it knows of itself, or null.</returns>
    public async Task<AgentState?> StatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync("status", _quick, cancellationToken).ConfigureAwait(false) is { } answer ? AgentStateFile.Parse(answer, "the agent's answer") : null;
        }
        catch (GostBtException)
        {
            // Another version's.
            return null;
        }
    }

    /// <returns>Whether it will end.</returns>
    public async Task<bool> StopAsync(CancellationToken cancellationToken) => await AskAsync("stop", _quick, cancellationToken).ConfigureAwait(false) is not null;

    /// <returns>The attempt to wait for, see <see cref="IAgentRequests.RestartAsync"/>, or null.</returns>
    /// <exception cref="GostBtException">It refused; nothing is interrupted.</exception>
    public Task<int?> RestartAsync(CancellationToken cancellationToken) => AttemptAsync("restart", cancellationToken);

    /// <returns>As for <see cref="RestartAsync"/>.</returns>
    /// <exception cref="GostBtException">As for <see cref="RestartAsync"/>.</exception>
    public Task<int?> ReloadAsync(CancellationToken cancellationToken) => AttemptAsync("reload", cancellationToken);

    private async Task<int?> AttemptAsync(string request, CancellationToken cancellationToken) =>
        int.TryParse(await AskAsync(request, Thorough, cancellationToken).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : null;

    private async Task<string?> AskAsync(string request, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (AgentPipe.NameOf(files) is not { } name)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        using var pipe = OwnPipe.Client(name);

        // .NET Framework's pipes do not heed a token once they wait.
        using var giveUp = deadline.Token.Register(pipe.Dispose);
        try
        {
            await OwnPipe.ConnectAsync(pipe, (int)limit.TotalMilliseconds, deadline.Token).ConfigureAwait(false);
            await AgentPipe.WriteLineAsync(pipe, request, deadline.Token).ConfigureAwait(false);
            var answer = await AgentPipe.ReadLineAsync(pipe, AgentPipe.LongestAnswer, deadline.Token).ConfigureAwait(false);
            return answer is null ? null : TextOf(answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException or InvalidDataException or ObjectDisposedException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static string? TextOf(string answer)
    {
        var parts = answer.Split(' ');
        if (parts.Length == 2 && parts[0] == "ok")
        {
            return Uri.UnescapeDataString(parts[1]);
        }

        throw parts.Length == 4 && parts[0] == "error" && Enum.TryParse<GostBtFailure>(parts[1], out var reason)
            ? new GostBtException(reason, Uri.UnescapeDataString(parts[2]), Uri.UnescapeDataString(parts[3]))
            : new InvalidDataException("An answer that is none of ours.");
    }
}
