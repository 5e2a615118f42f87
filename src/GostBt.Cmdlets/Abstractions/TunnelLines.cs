using System.Globalization;
using GostBt.Model;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A tunnel as text that is looked at while it changes: fixed columns, at most 80 wide but for an error.</summary>
internal static class TunnelLines
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>A block of lines, as many each time.</summary>
    public static IReadOnlyList<string> Block(GostBtTunnel tunnel, DateTimeOffset now) =>
    [
        Line($"{tunnel.Name,-20} {tunnel.State,-10} {For(tunnel, now),12}   restarts {tunnel.Restarts,-6} {now:HH:mm:ss}"),
        Line($"  {tunnel.Address} on {tunnel.Interface}, server {tunnel.PublicAddress}, SOCKS5 {tunnel.Proxy}"),
        Line($"  round trip {Milliseconds(tunnel.RoundTripMilliseconds),11}   jitter {Milliseconds(tunnel.JitterMilliseconds),11}   loss {Percent(tunnel.LossPercent),8}"),
        Line($"  down       {Rate(tunnel.ReceivedBytesPerSecond),11}   total  {Bytes(tunnel.ReceivedBytes),11}"),
        Line($"  up         {Rate(tunnel.SentBytesPerSecond),11}   total  {Bytes(tunnel.SentBytes),11}   engine {tunnel.Engine} {tunnel.EngineVersion}"),
        Line($"  {(tunnel.LastError is { } error ? "! " + error : string.Empty)}"),
    ];

    /// <summary>All of it in one line.</summary>
    public static string Plain(GostBtTunnel tunnel, DateTimeOffset now) => Line(
        $"{now:yyyy-MM-dd HH:mm:ss} {tunnel.Name} {tunnel.State} for {For(tunnel, now)}: round trip {Milliseconds(tunnel.RoundTripMilliseconds)}, jitter {Milliseconds(tunnel.JitterMilliseconds)}, loss {Percent(tunnel.LossPercent)}, down {Rate(tunnel.ReceivedBytesPerSecond)} ({Bytes(tunnel.ReceivedBytes)}), up {Rate(tunnel.SentBytesPerSecond)} ({Bytes(tunnel.SentBytes)}), restarts {tunnel.Restarts}{(tunnel.LastError is { } error ? "; " + error : string.Empty)}");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).TrimEnd();

    private static string For(GostBtTunnel tunnel, DateTimeOffset now) => tunnel.Since is not { } since
        ? "-"
        : now - since is var time && time.TotalDays >= 1 ? FormattableString.Invariant($"{(int)time.TotalDays} d {time.Hours:00} h") : FormattableString.Invariant($"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    private static string Milliseconds(double? value) => value is { } time ? FormattableString.Invariant($"{time:0.0} ms") : "-";

    private static string Percent(double? value) => value is { } part ? FormattableString.Invariant($"{part:0.0} %") : "-";

    private static string Rate(long? bytes) => bytes is null ? "-" : Bytes(bytes) + "/s";

    private static string Bytes(long? bytes)
    {
        if (bytes is not { } count)
        {
            return "-";
        }

        var (value, unit) = ((double)count, 0);
        while (value >= 999.95 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
