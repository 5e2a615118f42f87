using System.Globalization;

namespace GostBt.Model;

/// <summary>
/// A port, or a range of them, of the server's public address that is handed, addresses untouched, to the tunnel's client: to the same port, or to
/// another. Its text is <c>6666/both</c>, <c>6881-6889/tcp</c>, <c>443:6666/both</c> (outside:inside) or <c>7000-7009:6000-6009/udp</c>.
/// </summary>
public sealed record PublishedPort
{
    /// <param name="port">Outside and inside, 1 to 65535.</param>
    /// <param name="protocol">TCP, UDP or both.</param>
    public PublishedPort(int port, PortProtocol protocol = PortProtocol.Both)
        : this(port, port, port, protocol)
    {
    }

    /// <param name="port">The first outside.</param>
    /// <param name="lastPort">The last outside; the same for a single one.</param>
    /// <param name="insidePort">The first inside, which the client listens on.</param>
    /// <param name="protocol">TCP, UDP or both.</param>
    public PublishedPort(int port, int lastPort, int insidePort, PortProtocol protocol)
    {
        Port = port;
        LastPort = lastPort;
        InsidePort = insidePort;
        Protocol = protocol;
    }

    /// <summary>The first outside.</summary>
    public int Port { get; }

    /// <summary>The last outside.</summary>
    public int LastPort { get; }

    /// <summary>The first inside; the range inside is as long as outside.</summary>
    public int InsidePort { get; }

    /// <summary>TCP, UDP or both.</summary>
    public PortProtocol Protocol { get; init; }

    /// <summary>The last inside.</summary>
    public int LastInsidePort => InsidePort + Count - 1;

    /// <summary>What peers connect to, as text: <c>443</c> or <c>6881-6889</c>.</summary>
    public string OutsideText => Range(Port, LastPort);

    /// <summary>What the client listens on, as text: <c>6666</c> or <c>6881-6889</c>.</summary>
    public string InsideText => Range(InsidePort, LastInsidePort);

    /// <summary>How many ports.</summary>
    public int Count => LastPort - Port + 1;

    /// <summary>Whether the client listens on other ports than peers see.</summary>
    public bool IsMapped => InsidePort != Port;

    /// <summary>Parses the text form; a port without protocol takes the given one.</summary>
    /// <param name="text">Such as <c>6666</c>, <c>6881-6889/udp</c> or <c>443:6666</c>.</param>
    /// <param name="protocol">For a text that does not say.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>, naming the text.</exception>
    public static PublishedPort Parse(string text, PortProtocol protocol = PortProtocol.Both) =>
        TryParse(text, protocol) ?? throw new GostBtException(
            GostBtFailure.InvalidInput,
            $"'{text}' is not a port.",
            "Give a port from 1 to 65535 or a range, with :inside where the client listens on another, and /tcp or /udp for one of them: 6666, 6881-6889/udp, 443:6666.");

    /// <summary>As <see cref="Parse"/>, but null for what is none.</summary>
    public static PublishedPort? TryParse(string text, PortProtocol protocol = PortProtocol.Both)
    {
        var parts = text.Trim().Split('/');
        var ends = parts[0].Split(':');
        if (parts.Length > 2 || ends.Length > 2 || (parts.Length == 2 && ParseProtocol(parts[1]) is null) || ParseRange(ends[0]) is not var (first, last))
        {
            return null;
        }

        if (ends.Length == 2)
        {
            // The end of the range inside follows from the one outside and may be left out.
            return ParseRange(ends[1]) is var (insideFirst, insideLast)
                && (insideLast == insideFirst || insideLast - insideFirst == last - first)
                && insideFirst + (last - first) <= ushort.MaxValue
                ? new PublishedPort(first, last, insideFirst, Protocol())
                : null;
        }

        return new PublishedPort(first, last, first, Protocol());

        PortProtocol Protocol() => parts.Length == 2 ? ParseProtocol(parts[1])!.Value : protocol;
    }

    /// <summary>Whether a port outside is one of these.</summary>
    public bool Contains(int port) => port >= Port && port <= LastPort;

    /// <summary>The port inside that belongs to one outside.</summary>
    public int InsideOf(int port) => port - Port + InsidePort;

    /// <summary>Whether it carries all of a protocol: <see cref="PortProtocol.Tcp"/> or <see cref="PortProtocol.Udp"/>.</summary>
    public bool Carries(PortProtocol protocol) => (Protocol & protocol) == protocol;

    /// <summary>Whether both have a port outside, for the same protocol, in common.</summary>
    public bool Overlaps(PublishedPort other) => (Protocol & other.Protocol) != PortProtocol.None && Port <= other.LastPort && other.Port <= LastPort;

    /// <summary>Whether both have a port inside, for the same protocol, in common.</summary>
    public bool OverlapsInside(PublishedPort other) =>
        (Protocol & other.Protocol) != PortProtocol.None && InsidePort <= other.LastInsidePort && other.InsidePort <= LastInsidePort;

    /// <summary>Each port alone, ascending.</summary>
    public IEnumerable<PublishedPort> Singles() => Enumerable.Range(Port, Math.Max(0, Count)).Select(port => new PublishedPort(port, port, InsideOf(port), Protocol));

    /// <inheritdoc/>
    public override string ToString() =>
        OutsideText + (IsMapped ? ":" + InsideText : string.Empty) + "/" + Protocol.ToString().ToLowerInvariant();

    private static string Range(int first, int last) => first == last ? Text(first) : Text(first) + "-" + Text(last);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static PortProtocol? ParseProtocol(string text) => text.ToUpperInvariant() switch
    {
        "TCP" => PortProtocol.Tcp,
        "UDP" => PortProtocol.Udp,
        "BOTH" => PortProtocol.Both,
        _ => null,
    };

    private static (int First, int Last)? ParseRange(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && ParsePort(ends[0]) is { } first && ParsePort(ends[ends.Length - 1]) is { } last && last >= first ? (first, last) : null;
    }

    private static int? ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= ushort.MaxValue ? number : null;
}
