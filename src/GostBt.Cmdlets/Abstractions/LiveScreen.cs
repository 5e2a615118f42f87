using System.Management.Automation;
using System.Management.Automation.Host;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A block of lines that is drawn over itself, by the host's cursor: no escape sequences, which not every console of Windows PowerShell 5.1 knows.</summary>
internal sealed class LiveScreen
{
    private readonly PSHostUserInterface _screen;
    private int _drawn;

    private LiveScreen(PSHostUserInterface screen) => _screen = screen;

    /// <returns>Null where there is no screen to draw on: a host without a cursor, a redirected output, or a command that reads what this one says.</returns>
    public static LiveScreen? Of(PSHost host, InvocationInfo invocation)
    {
        if (Console.IsOutputRedirected || invocation.PipelinePosition < invocation.PipelineLength)
        {
            return null;
        }

        try
        {
            var here = host.UI.RawUI.CursorPosition;
            host.UI.RawUI.CursorPosition = here;
            return host.UI.RawUI.WindowSize.Width > 0 ? new LiveScreen(host.UI) : null;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or NotSupportedException or InvalidOperationException or IOException or NullReferenceException)
        {
            // ISE, remoting, a scheduled task: each says it in its own way.
            return null;
        }
    }

    /// <summary>Draws lines where those before were; what is longer than the screen is wide is cut off.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        var raw = _screen.RawUI;
        var width = raw.WindowSize.Width - 1;
        var cursor = raw.CursorPosition;
        raw.CursorPosition = new Coordinates(0, Math.Max(0, cursor.Y - _drawn));
        foreach (var line in lines.Concat(Enumerable.Repeat(string.Empty, Math.Max(0, _drawn - lines.Count))))
        {
            _screen.WriteLine(line.Length > width ? line.Substring(0, width) : line.PadRight(width));
        }

        _drawn = Math.Max(_drawn, lines.Count);
    }
}
