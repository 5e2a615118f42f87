using System.Globalization;
using System.Net;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>What the probe's script printed, line by line: <c>fact</c>, <c>seen</c>, <c>probe</c> (whose protocol ends in 6 when it went over IPv6). Other lines are somebody's banner and are passed over.</summary>
internal sealed class ProbeReport
{
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Set, PortProtocol Protocol, int Port)> _seen = [];
    private readonly Dictionary<(PortProtocol Protocol, int Port, bool IPv6), ProbeAttempt> _attempts = [];

    private ProbeReport()
    {
    }

    /// <summary>Forward chains of the server that drop what they do not know: <c>FAMILY TABLE CHAIN</c>.</summary>
    public List<string> Drops { get; } = [];

    public static ProbeReport Parse(string output)
    {
        var report = new ProbeReport();
        foreach (var line in output.Split('\n'))
        {
            report.Read(line.TrimEnd('\r', ' '));
        }

        return report;
    }

    public string? Fact(string name) => _facts.TryGetValue(name, out var value) ? value : null;

    /// <summary>Whether the watching table saw a packet of this probe get that far.</summary>
    public bool Seen(string set, PortProtocol protocol, int port) => _seen.Contains((set, protocol, port));

    public ProbeAttempt? Attempt(PortProtocol protocol, int port, bool ipv6 = false) => _attempts.TryGetValue((protocol, port, ipv6), out var attempt) ? attempt : null;

    private void Read(string line)
    {
        var words = line.Split(' ');
        if (words.Length < 3)
        {
            return;
        }

        if (words[0] == "fact")
        {
            var value = line.Substring(words[0].Length + words[1].Length + 2);
            if (words[1] == "drops")
            {
                Drops.Add(value);
            }
            else
            {
                _facts[words[1]] = value;
            }
        }
        else if (words[0] == "seen" && words.Length == 4 && Protocol(words[2]) is { } seen && Number(words[3]) is { } port)
        {
            _seen.Add((words[1], seen, (int)port));
        }
        else if (words[0] == "probe" && Protocol(words[1].TrimEnd('6')) is { } protocol && Number(words[2]) is { } probed)
        {
            _attempts[(protocol, (int)probed, words[1].EndsWith("6", StringComparison.Ordinal))] = ReadAttempt(protocol, (int)probed, words);
        }
    }

    private static ProbeAttempt ReadAttempt(PortProtocol protocol, int port, string[] words)
    {
        IEnumerable<string> Values(string key) => words.Where(w => w.StartsWith(key, StringComparison.Ordinal)).Select(w => w.Substring(key.Length));

        var microseconds = Values("connected=").Select(Number).FirstOrDefault();
        return new ProbeAttempt
        {
            Protocol = protocol,
            Port = port,
            Source = Values("source=").Select(EndPoint).FirstOrDefault(),
            Elapsed = microseconds is null ? null : TimeSpan.FromMilliseconds(microseconds.Value / 1000.0),
            Refused = words.Contains("error=refused"),
            Unreachable = words.Contains("error=unreachable"),
            Replies = [.. Values("reply=").Select(Bytes).Where(r => r.Length > 0)],
        };
    }

    private static PortProtocol? Protocol(string word) => word switch
    {
        "tcp" => PortProtocol.Tcp,
        "udp" => PortProtocol.Udp,
        _ => null,
    };

    private static long? Number(string word) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IPEndPoint? EndPoint(string word)
    {
        var colon = word.LastIndexOf(':');
        return colon > 0
            && IPAddress.TryParse(word.Substring(0, colon), out var address)
            && Number(word.Substring(colon + 1)) is >= 0 and <= 65535 and var port
            ? new IPEndPoint(address, (int)port)
            : null;
    }

    private static byte[] Bytes(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!byte.TryParse(hex.Substring(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return [];
            }
        }

        return bytes;
    }
}
