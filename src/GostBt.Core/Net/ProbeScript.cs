using System.Globalization;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Net;

/// <summary>Puts the probe's script together: values first, quoted once, then the embedded program.</summary>
internal static class ProbeScript
{
    /// <summary>How many probes run at once; the script waits for them before it starts more.</summary>
    public const int Batch = 32;

    /// <summary>Through a throw-away network namespace on the server.</summary>
    public static string ForServer(
        IReadOnlyList<PublishedPort> probes, ProbeTarget target, string client, string unit, ProbeSignature signature, TimeSpan timeout) =>
        RootScript.Wrap(Compose("server", probes, target, client, unit, signature, timeout));

    /// <summary>From a host as it is.</summary>
    public static string ForOutside(IReadOnlyList<PublishedPort> probes, ProbeTarget target, ProbeSignature signature, TimeSpan timeout) =>
        Compose("outside", probes, target, string.Empty, string.Empty, signature, timeout);

    /// <summary>Within which the script has ended even if nothing answers.</summary>
    public static TimeSpan Deadline(IReadOnlyList<PublishedPort> probes, ProbeTarget target, TimeSpan timeout)
    {
        var batches = (List(probes, target).Count + Batch - 1) / Batch;
        return TimeSpan.FromSeconds(15 + (batches * (timeout.TotalSeconds + 1)));
    }

    private static string Compose(
        string mode, IReadOnlyList<PublishedPort> probes, ProbeTarget target, string client, string unit, ProbeSignature signature, TimeSpan timeout)
    {
        var script = new StringBuilder();
        void Set(string name, string value) => script.Append(name).Append('=').Append(ShellQuote.Quote(value)).Append('\n');

        Set("GOSTBT_MODE", mode);
        Set("GOSTBT_TARGET", target.Address);
        Set("GOSTBT_TARGET6", target.Address6 ?? string.Empty);
        Set("GOSTBT_CLIENT", client);
        Set("GOSTBT_UNIT", unit);
        Set("GOSTBT_SECONDS", Math.Ceiling(timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        Set("GOSTBT_PROBES", string.Join(" ", List(probes, target)));
        Set("GOSTBT_HELLO", Escape(signature.Hello));
        Set("GOSTBT_PING", Escape(signature.Ping));
        Set("GOSTBT_SYN", Escape(signature.Syn));
        Set("GOSTBT_ONE", EmbeddedScript.Read("Net", "probe-one.sh"));
        return script.Append(EmbeddedScript.Read("Net", "probe.sh")).ToString();
    }

    private static List<string> List(IReadOnlyList<PublishedPort> probes, ProbeTarget target) => [.. probes.SelectMany(p => new[]
    {
        p.Protocol.HasFlag(PortProtocol.Tcp) ? $"tcp:{p.Port}" : null,
        p.Protocol.HasFlag(PortProtocol.Udp) ? $"udp:{p.Port}" : null,
        target.Address6 is not null && p.Protocol.HasFlag(PortProtocol.Tcp) ? $"tcp6:{p.Port}" : null,
        target.Address6 is not null && p.Protocol.HasFlag(PortProtocol.Udp) ? $"udp6:{p.Port}" : null,
    }).OfType<string>()];

    private static string Escape(byte[] payload) =>
        string.Concat(payload.Select(b => "\\x" + b.ToString("x2", CultureInfo.InvariantCulture)));
}
