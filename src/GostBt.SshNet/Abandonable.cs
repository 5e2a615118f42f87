using GostBt.Ssh;

namespace GostBt.SshNet;

/// <summary>
/// The outer deadline: the library's own time-outs and cancellation do not cover each of its waits (SSH.NET#1411, #1506), so work that does not end in time is
/// left behind, on a thread of its own, with what it holds.
/// </summary>
internal static class Abandonable
{
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> work, TimeSpan deadline, SshOptions options, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(deadline);
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = stop.Token.Register(() => stopped.TrySetResult(true));
        var running = Task.Run(() => work(stop.Token), CancellationToken.None);
        _ = running.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                registration.Dispose();
                stop.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        await Task.WhenAny(running, stopped.Task).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return running.IsCompleted && !running.IsCanceled
            ? await running.ConfigureAwait(false)
            : throw SshFailure.TimedOut(options, deadline, new TimeoutException());
    }
}
