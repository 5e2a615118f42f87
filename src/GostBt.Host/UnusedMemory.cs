using System.Runtime.InteropServices;

namespace GostBt.Host;

/// <summary>
/// Gives memory that is not used any more back to the system, for a process that runs for months on small machines. The collector waits until about as much as the processor's cache
/// holds is allocated. What compiling methods took and freed stays in glibc's heaps, of which every thread gets one: between what is in use (malloc_trim(3)), and behind it, for the
/// threshold rises and a trim heeds the first heap's end alone (M_TRIM_THRESHOLD of mallopt(3)). Together that was 25 MiB of an agent's 85.
/// </summary>
internal static class UnusedMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int KeptBytes = 128 * 1024; // glibc's own at first; it would raise it

    /// <summary>Gives it back again and again, in a few milliseconds each time, until disposed of.</summary>
    public static IDisposable GiveBackEach(TimeSpan period)
    {
        OnLinux(() => _ = SetOption(TrimThreshold, KeptBytes));
        return new Timer(_ => GiveBack(), state: null, period, period);
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        OnLinux(() => _ = Trim(0));
    }

    private static void OnLinux(Action call)
    {
        if (!OperatingSystem.IsLinux())
            return;

        try
        {
            call();
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, musl's, which has no such heaps.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
}
