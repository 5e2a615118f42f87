namespace GostBt.Tunnel;

/// <summary>Windows' notifications.</summary>
internal interface IWindowsNotices
{
    /// <summary>Asks to be told.</summary>
    /// <param name="notice">Of what.</param>
    /// <param name="happened">Called each time, on a thread of Windows: it must be quick, and not end what is returned.</param>
    /// <returns>Ends it when disposed of, after which nothing new is told; null where Windows refuses, or has no such call.</returns>
    IDisposable? Register(WindowsNotice notice, Action happened);
}
