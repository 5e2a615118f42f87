namespace GostBt.Host;

/// <summary>What <c>gostbt</c> returns; scripts and service managers match on it, so a number never changes its meaning.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>status</c>: the tunnel is up; for <c>test</c>: every port is open; for <c>agent</c> and <c>engine</c>: told to end and ended.</summary>
    public const int Done = 0;

    /// <summary>It failed; the error says why and what to do.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the profile or another input cannot be used; nothing was changed.</summary>
    public const int BadInput = 2;

    /// <summary><c>status</c>: the tunnel is not up.</summary>
    public const int NotUp = 3;

    /// <summary><c>test</c>: at least one port is closed.</summary>
    public const int PortClosed = 4;

    /// <summary>Ctrl+C or SIGTERM ended a command that had not finished.</summary>
    public const int Interrupted = 130;
}
