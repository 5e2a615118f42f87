using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>A split route as the bypass list that the engine reads: what matches goes direct.</summary>
internal static class SplitMatchers
{
    /// <summary>How often the engine looks at the file: a change is in force within this time.</summary>
    public static readonly TimeSpan Reload = TimeSpan.FromSeconds(1);

    private const string AllIPv4 = "0.0.0.0/0";
    private const string AllIPv6 = "::/0";

    /// <summary>The content of the file, one matcher a line.</summary>
    public static string Write(SplitRoute split) =>
        (split.IPv4 == RouteVia.Direct ? AllIPv4 + "\n" : string.Empty)
        + (split.IPv6 == RouteVia.Direct ? AllIPv6 + "\n" : string.Empty);
}
