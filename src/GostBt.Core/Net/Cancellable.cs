namespace GostBt.Net;

/// <summary>Cancellation for sockets of netstandard2.0, whose calls take no token: closing the socket ends them.</summary>
internal static class Cancellable
{
    /// <param name="owner">What to close: it is of no use after a cancellation.</param>
    /// <param name="operation">The call.</param>
    /// <param name="cancellationToken">Closes <paramref name="owner"/>.</param>
    public static async Task<T> RunAsync<T>(IDisposable owner, Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using (cancellationToken.Register(owner.Dispose))
        {
            try
            {
                return await operation().ConfigureAwait(false);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The operation was cancelled.", e, cancellationToken);
            }
        }
    }

    public static Task RunAsync(IDisposable owner, Func<Task> operation, CancellationToken cancellationToken) => RunAsync(
        owner,
        async () =>
        {
            await operation().ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
