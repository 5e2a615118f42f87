namespace GostBt.Engine.Carriers;

/// <summary>Tasks that run by themselves, so that a stop can wait for them.</summary>
internal sealed class RunningTasks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HashSet<Task> _tasks = [];
    private readonly Lock _gate = new();

    /// <summary>Takes a task that handles its own errors.</summary>
    internal void Add(Task task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for all of them, but not for ever: the process is about to end anyway.</summary>
    internal async Task WaitAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            tasks = [.. _tasks];
        }

        await Task.WhenAny(Task.WhenAll(tasks), Task.Delay(Patience)).ConfigureAwait(false);
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _tasks.Remove(task);
        }
    }
}
