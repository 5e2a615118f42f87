namespace GostBt.Engine.Tests.Malformed;

/// <summary>What this process holds, and that it does not hold more of it afterwards; also that no task failed where nobody looked.</summary>
internal sealed class Footprint : IDisposable
{
    private const long MostBytes = 24 << 20;
    private const int MostDescriptors = 24;

    private readonly List<Exception> _unobserved = [];
    private readonly long _bytes;
    private readonly int _descriptors;

    internal Footprint()
    {
        // What the tests before left unobserved comes out here, before anybody listens.
        _bytes = Settle();
        TaskScheduler.UnobservedTaskException += Note;
        _descriptors = Descriptors();
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    /// <summary>Fails where something grew. What is on its way out gets a while to go.</summary>
    internal async Task AssertUnchangedAsync()
    {
        for (var tries = 0; tries < 100 && Descriptors() > _descriptors + MostDescriptors; tries++)
        {
            await Task.Delay(100);
        }

        Assert.InRange(Descriptors(), 0, _descriptors + MostDescriptors);
        Assert.InRange(Settle(), 0, _bytes + MostBytes);
        lock (_unobserved)
        {
            Assert.Empty(_unobserved);
        }
    }

    private static int Descriptors() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    private static long Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        lock (_unobserved)
        {
            // Of sockets that a test itself closed there is nothing to learn.
            _unobserved.AddRange(e.Exception.InnerExceptions.Where(inner => inner is not (IOException or System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException)));
        }
    }
}
