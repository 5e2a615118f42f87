namespace GostBt.Tunnel;

/// <summary>One agent a profile: the holder of the lock file. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class AgentLock : IDisposable
{
    /// <summary>How long to wait for somebody who only asks.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private AgentLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Takes the lock. Somebody who only asks whether it is held keeps it from being taken for a moment, hence the second chances.</summary>
    /// <returns>Null when another process holds it.</returns>
    public static async Task<AgentLock?> TryTakeAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) is { } file)
            {
                return new AgentLock(file);
            }

            if (waited >= patience)
            {
                return null;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an agent holds it.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        // Shared with whoever asks at the same moment: a shared lock of flock(2) on Linux, the sharing mode on Windows.
        using var file = TryOpen(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return file is null && File.Exists(path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
