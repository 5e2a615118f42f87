using System.Globalization;

namespace GostBt.Engine.Bypasses;

/// <summary>Ports from one to another, both included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    internal static PortRange Every => new(0, ushort.MaxValue);

    internal bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads <c>80</c> or <c>6000-7000</c>.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out PortRange range)
    {
        var dash = text.IndexOf('-');
        var first = dash < 0 ? text : text[..dash];
        var last = dash < 0 ? text : text[(dash + 1)..];
        range = default;
        if (!TryPort(first, out var from) || !TryPort(last, out var to) || from > to)
        {
            return false;
        }

        range = new PortRange(from, to);
        return true;
    }

    private static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
}
