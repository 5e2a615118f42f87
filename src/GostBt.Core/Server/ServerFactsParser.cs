using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using GostBt.Model;

namespace GostBt.Server;

/// <summary>Reads what <c>facts.sh</c> prints.</summary>
internal static class ServerFactsParser
{
    private static readonly Regex Socket = new(
        "^(?<protocol>tcp|udp)\\s+\\S+\\s+\\d+\\s+\\d+\\s+(?<address>\\S+):(?<port>\\d+)\\s+\\S+(?:\\s+users:\\(\\(\"(?<process>[^\"]*)\",pid=(?<pid>\\d+))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    /// <exception cref="GostBtException"><see cref="GostBtFailure.RemoteCommandFailed"/> when the facts are not whole.</exception>
    public static ServerFacts Parse(string output)
    {
        var lines = output.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (!lines.Contains("gostbt-facts 1") || !lines.Contains("end"))
        {
            throw new GostBtException(
                GostBtFailure.RemoteCommandFailed,
                "The server's facts did not come back whole.",
                "Check that a plain 'ssh HOST true' prints nothing, and that the login shell is usable without a terminal.");
        }

        // What a login shell's start-up file printed comes before the first fact.
        var facts = lines.Skip(lines.IndexOf("gostbt-facts 1")).Select(Split).ToLookup(fact => fact.Key, fact => fact.Value, StringComparer.Ordinal);
        return new ServerFacts
        {
            System = One("os") ?? "unknown",
            Architecture = One("arch") ?? "unknown",
            Clock = Number("clock") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Init = One("init") ?? "systemd",
            Systemd = (int?)Number("systemd"),
            Nft = One("nft"),
            NftWorks = One("nft-works") == "yes",
            IptablesWorks = One("iptables-works") == "yes",
            Ip6tablesWorks = One("ip6tables-works") == "yes",
            Tun = One("tun") == "yes",
            MissingTools = [.. facts["missing"]],
            FirewallFrontEnd = One("firewall"),
            Sockets = [.. facts["socket"].Select(ParseSocket).Where(socket => socket is not null).Select(socket => socket!)],
            SshPort = (int?)Number("ssh-port"),
            Addresses = [.. facts["address"].Select(Words).Where(words => words.Length == 2).Select(words => words[1].Split('/')[0])],
            Source = One("source"),
            Addresses6 = [.. facts["address6"].Select(Words).Where(words => words.Length == 2).Select(words => words[1].Split('/')[0])],
            Source6 = One("source6"),
            Routes = [.. facts["route"].Select(Words).Where(words => words.Length == 2).Select(words => (words[0], words[1]))],
            NameServers = [.. facts["nameserver"].Select(server => server.Split('%')[0]).Where(IsAddress).Distinct(StringComparer.Ordinal)],
            Forwarding = One("ip-forward") == "1",
            DiskFree = Number("disk-free"),
            Digest = One("digest") ?? string.Empty,
            Transaction = One("transaction"),
            HasUser = One("user") is not null,
            HasHost = One("host") is not null,
            Files = [.. facts["placed"].Select(Words).Where(words => words.Length == 4).Select(words => new PlacedFile(words[3], words[0], words[1], words[2]))],
            Profiles = [.. facts["profile"].Select(name => ParseProfile(name, facts))],
            Remnants = [.. facts["remnant"]],
        };

        string? One(string key) => facts[key].FirstOrDefault();
        long? Number(string key) => long.TryParse(One(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static DeployedProfile ParseProfile(string name, ILookup<string, string> facts)
    {
        var certificate = new StringBuilder();
        foreach (var line in Of("certificate"))
        {
            certificate.Append(line).Append('\n');
        }

        return new DeployedProfile
        {
            Name = name,
            Manifest = [.. Of("manifest")],
            CertificatePem = certificate.Length == 0 ? null : certificate.ToString(),
            EngineActive = Unit("gostbt@", 1) == "active",
            EngineEnabled = Unit("gostbt@", 2) == "enabled",
            FirewallActive = Unit("gostbt-firewall@", 1) == "active",
            FirewallEnabled = Unit("gostbt-firewall@", 2) == "enabled",
            ProcessId = int.TryParse(Of("main-pid").FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0,
            RulesHash = Of("rules").FirstOrDefault(),
        };

        IEnumerable<string> Of(string key) => facts[key]
            .Where(value => value == name || value.StartsWith(name + " ", StringComparison.Ordinal))
            .Select(value => value.Length > name.Length ? value.Substring(name.Length + 1) : string.Empty);

        string? Unit(string prefix, int word) => facts["unit"].Select(value => value.Split(' '))
            .Where(words => words[0] == prefix + name + ".service" && words.Length > word)
            .Select(words => words[word])
            .FirstOrDefault();
    }

    private static ListeningSocket? ParseSocket(string line)
    {
        var match = Socket.Match(line);
        if (!match.Success)
        {
            return null;
        }

        var address = match.Groups["address"].Value;
        var device = address.IndexOf('%');
        return new ListeningSocket(
            match.Groups["protocol"].Value == "tcp" ? PortProtocol.Tcp : PortProtocol.Udp,
            device < 0 ? address : address.Substring(0, device),
            int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture),
            match.Groups["process"].Success ? match.Groups["process"].Value : null,
            match.Groups["pid"].Success ? int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture) : null);
    }

    // Of anything else nft would make a syntax error: resolv.conf may hold a name, and TryParse takes 1 for 0.0.0.1.
    private static bool IsAddress(string text) =>
        text.All(character => character is '.' or ':' || Uri.IsHexDigit(character)) && IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    private static (string Key, string Value) Split(string line)
    {
        var space = line.IndexOf(' ');
        return space < 0 ? (line, string.Empty) : (line.Substring(0, space), line.Substring(space + 1));
    }

    private static string[] Words(string text) => text.Split([' '], StringSplitOptions.RemoveEmptyEntries);
}
