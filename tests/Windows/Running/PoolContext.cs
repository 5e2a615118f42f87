namespace GostBt.Windows.Tests.Running;

/// <summary>
/// Has tests go on in the thread pool. Without a context, xunit gives each continuation of an asynchronous test a thread of its own, which ends at the next await; Wine 8 loses the
/// bytes of a receive whose thread ends just as they arrive (about one in a hundred): the receive says 0, as if the peer had closed.
/// </summary>
internal sealed class PoolContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ =>
    {
        SetSynchronizationContext(this);
        d(state);
    });
}
