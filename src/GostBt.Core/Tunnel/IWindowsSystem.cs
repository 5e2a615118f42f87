namespace GostBt.Tunnel;

/// <summary>The few calls of Windows that the tunnel's platform makes beside those of routing.</summary>
internal interface IWindowsSystem
{
    /// <summary>Whether this process's token is elevated (TOKEN_ELEVATION).</summary>
    bool IsElevated { get; }

    /// <summary>
    /// <c>DisabledComponents</c> of the registry's <c>Tcpip6\Parameters</c>; 0 where it is not set (Microsoft, "Configure IPv6 for advanced users").
    /// </summary>
    uint DisabledIPv6Components { get; }

    /// <summary>When a process started, FILETIME in UTC; null when there is none, or it may not be asked.</summary>
    string? StartOf(int processId);

    /// <summary>Whether there is such a process, of which this one may not ask: an elevated one is closed to others of its user.</summary>
    bool IsClosed(int processId);

    /// <summary>Ends a process if it is still the one that started then, and waits for its end.</summary>
    /// <returns>Whether it is gone.</returns>
    bool End(int processId, string start, TimeSpan patience);

    /// <summary>Has every process that this one starts from now on end with it, however it ends (job object, KILL_ON_JOB_CLOSE).</summary>
    /// <returns>0, or the error of Windows.</returns>
    int TieChildren();
}
