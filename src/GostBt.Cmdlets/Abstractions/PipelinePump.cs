using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace GostBt.PowerShell.Abstractions;

/// <summary>
/// Runs asynchronous work while the pipeline thread, the only one PowerShell lets write and ask, carries out what the work posts to it.
/// </summary>
internal sealed class PipelinePump : IDisposable
{
    // Ctrl+C must give the prompt back in under a second, also when the work is slow to notice; what it leaves is journaled and undone later.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(700);

    private readonly BlockingCollection<Action> _posted = new();

    /// <summary>The work, which may go on after its pump has ended: what Ctrl+C interrupts is cleaned up after.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Queues something for the pipeline thread; nothing happens once the pump has ended.</summary>
    public void Post(Action action)
    {
        try
        {
            _posted.Add(action);
        }
        catch (InvalidOperationException)
        {
            // The pipeline is gone (stopped, or the work was given up): nobody is left to read this.
        }
    }

    /// <summary>Has the pipeline thread answer a question, and waits for the answer.</summary>
    public Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        _ = answer.Task.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Post(() =>
        {
            try
            {
                answer.TrySetResult(question());
            }
            catch (Exception failure) when (!PipelineStops.Is(failure))
            {
                answer.TrySetException(failure);
            }
        });
        return answer.Task;
    }

    /// <summary>Runs the work to its end on other threads, and what it posts on this one. Throws what the work or an action threw.</summary>
    public void Run(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var token = given.Token;
        var running = Running = Task.Run(() => work(token), CancellationToken.None);
        _ = running.ContinueWith(_ => _posted.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            foreach (var action in _posted.GetConsumingEnumerable(stop))
            {
                action();
            }
        }
        catch (Exception failure)
        {
            // Either Ctrl+C, or downstream wants no more, or an error action said stop.
            given.Cancel();
            AwaitEnd(running);
            ExceptionDispatchInfo.Capture(failure).Throw();
        }

        running.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _posted.Dispose();

    private static void AwaitEnd(Task running)
    {
        // The work's own failure is of no interest any more; touching the exception keeps it from being reported as unobserved.
        _ = running.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Task.WaitAny([running], Grace);
    }
}
