using System.Threading.Tasks.Sources;

namespace GostBt.Engine.Concurrency;

/// <summary>Wakes one waiting task; a signal given while nobody waits is kept. Reusable, so that waiting allocates nothing.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _given;
    private bool _waiting;

    /// <summary>Completes at the next signal, or at once if one was kept. One waiter at a time.</summary>
    internal ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_given)
            {
                _given = false;
                return ValueTask.CompletedTask;
            }

            _core.Reset();
            _waiting = true;
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Gives the signal.</summary>
    internal void Give()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _given = true;
                return;
            }

            _waiting = false;
        }

        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
