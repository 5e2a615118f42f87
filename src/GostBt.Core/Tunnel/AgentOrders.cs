namespace GostBt.Tunnel;

/// <summary>What the agent is told while it runs: whoever asks at the pipe speaks here, and the agent's loop takes it up.</summary>
internal sealed class AgentOrders : IAgentRequests, IDisposable
{
    private readonly Func<AgentContext, CancellationToken, Task<AgentContext>> _load;
    private readonly AgentReport _report;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop;
    private CancellationTokenSource? _interrupt;
    private AgentContext _context;
    private int _attempt;

    /// <param name="context">What it works with at first.</param>
    /// <param name="report">Answers for its state.</param>
    /// <param name="load">Reads the profile anew.</param>
    /// <param name="cancellationToken">Ends the agent from outside.</param>
    public AgentOrders(AgentContext context, AgentReport report, Func<AgentContext, CancellationToken, Task<AgentContext>> load, CancellationToken cancellationToken)
    {
        _context = context;
        _report = report;
        _load = load;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Cancelled when the agent has to end.</summary>
    public CancellationToken Ending => _stop.Token;

    /// <summary>Begins the next attempt.</summary>
    /// <returns>What it works with, and a token that is cancelled when another one is wanted, or the end.</returns>
    public async Task<(AgentContext Context, CancellationToken Interrupted)> NextAsync()
    {
        await _gate.WaitAsync(Ending).ConfigureAwait(false);
        try
        {
            _interrupt?.Dispose();
            _interrupt = CancellationTokenSource.CreateLinkedTokenSource(Ending);
            _report.Attempt(++_attempt);
            return (_context, _interrupt.Token);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public AgentState Status() => _report.State;

    /// <inheritdoc/>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public Task<int> RestartAsync(CancellationToken cancellationToken) => ChangeAsync(always: true, cancellationToken);

    /// <inheritdoc/>
    public Task<int> ReloadAsync(CancellationToken cancellationToken) => ChangeAsync(always: false, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt?.Dispose();
        _stop.Dispose();
        _gate.Dispose();
    }

    private async Task<int> ChangeAsync(bool always, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var next = await _load(_context, cancellationToken).ConfigureAwait(false);
            var same = next.Configuration.Fingerprint == _context.Configuration.Fingerprint;
            _context = next;
            if (same && !always)
            {
                return _attempt;
            }

            _report.Told(always ? "told to restart" : "the profile changed");
            _interrupt?.Cancel();
            return _attempt + 1;
        }
        finally
        {
            _gate.Release();
        }
    }
}
