namespace GostBt.Host;

/// <summary>Makes this process independent of the console that started it: closing that console no longer ends it, and whoever waits for its output waits no longer.</summary>
internal static class Detachment
{
    /// <summary>An empty standard input, and both outputs at the end of a file. Nothing may have been written to the console before.</summary>
    public static void Enter(string logPath)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsDetachment.Enter(logPath);
        }
        else
        {
            UnixDetachment.Enter(logPath);
        }
    }
}
