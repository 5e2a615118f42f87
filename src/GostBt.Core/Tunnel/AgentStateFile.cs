using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Yaml;
using YamlDotNet.RepresentationModel;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Tunnel;

/// <summary>The state file: written whole by the agent, read by everyone else.</summary>
internal static class AgentStateFile
{
    private static readonly string[] Keys =
    [
        "name", "state", "since", "step", "interface", "address", "serverAddress", "publicAddress", "proxy", "roundTripMilliseconds",
        "jitterMilliseconds", "lossPercent", "receivedBytesPerSecond", "sentBytesPerSecond", "receivedBytes", "sentBytes",
        "engine", "engineVersion", "restarts", "agent", "agentStart", "configuration", "attempt", "lastError", "failure", "remedy",
    ];

    /// <summary>Replaces the file atomically.</summary>
    public static void Write(string path, AgentState state) => PrivateFile.WriteAllText(path, Write(state));

    /// <summary>The file's content.</summary>
    public static string Write(AgentState state)
    {
        var tunnel = state.Tunnel;
        return YamlTree.Write(Map(
            ("name", Text(tunnel.Name)),
            ("state", Choice(tunnel.State)),
            ("since", Text(tunnel.Since?.ToString("O", CultureInfo.InvariantCulture))),
            ("step", Text(state.Step)),
            ("interface", Text(tunnel.Interface)),
            ("address", Text(tunnel.Address)),
            ("serverAddress", Text(tunnel.ServerAddress)),
            ("publicAddress", Text(tunnel.PublicAddress)),
            ("proxy", Text(tunnel.Proxy)),
            ("roundTripMilliseconds", Fraction(tunnel.RoundTripMilliseconds)),
            ("jitterMilliseconds", Fraction(tunnel.JitterMilliseconds)),
            ("lossPercent", Fraction(tunnel.LossPercent)),
            ("receivedBytesPerSecond", Count(tunnel.ReceivedBytesPerSecond)),
            ("sentBytesPerSecond", Count(tunnel.SentBytesPerSecond)),
            ("receivedBytes", Count(tunnel.ReceivedBytes)),
            ("sentBytes", Count(tunnel.SentBytes)),
            ("engine", Text(tunnel.Engine)),
            ("engineVersion", Text(tunnel.EngineVersion)),
            ("restarts", Number(tunnel.Restarts)),
            ("agent", Number(tunnel.AgentProcessId)),
            ("agentStart", Text(state.AgentStart)),
            ("configuration", Text(state.Configuration)),
            ("attempt", Number(state.Attempt)),
            ("lastError", Text(tunnel.LastError)),
            ("failure", state.Failure is { } failure ? Choice(failure) : null),
            ("remedy", Text(state.Remedy))));
    }

    /// <returns>Null where no agent ever wrote one.</returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Unexpected"/>: the file was changed by something else.</exception>
    public static AgentState? Read(string path) => ReadText(path) is { } text ? Parse(text, path) : null;

    /// <summary>Reads what <see cref="Write(AgentState)"/> wrote.</summary>
    /// <param name="text">The content.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <exception cref="GostBtException">As for <see cref="Read"/>.</exception>
    public static AgentState Parse(string text, string source)
    {
        try
        {
            var map = StrictMapping.ParseDocument(text, source);
            var state = new AgentState
            {
                Tunnel = new GostBtTunnel
                {
                    Name = map.RequiredText("name"),
                    State = map.Choice<TunnelState>("state") ?? TunnelState.Stopped,
                    Since = map.Text("since") is { } since ? DateTimeOffset.Parse(since, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null,
                    Interface = map.Text("interface"),
                    Address = map.Text("address"),
                    ServerAddress = map.Text("serverAddress"),
                    PublicAddress = map.Text("publicAddress"),
                    Proxy = map.Text("proxy"),
                    RoundTripMilliseconds = Fraction(map, "roundTripMilliseconds"),
                    JitterMilliseconds = Fraction(map, "jitterMilliseconds"),
                    LossPercent = Fraction(map, "lossPercent"),
                    ReceivedBytesPerSecond = Count(map, "receivedBytesPerSecond"),
                    SentBytesPerSecond = Count(map, "sentBytesPerSecond"),
                    ReceivedBytes = Count(map, "receivedBytes"),
                    SentBytes = Count(map, "sentBytes"),
                    Engine = map.Text("engine"),
                    EngineVersion = map.Text("engineVersion"),
                    Restarts = map.Number("restarts") ?? 0,
                    AgentProcessId = map.Number("agent"),
                    LastError = map.Text("lastError"),
                },
                Step = map.Text("step"),
                AgentStart = map.Text("agentStart"),
                Configuration = map.Text("configuration"),
                Attempt = map.Number("attempt") ?? 0,
                Failure = map.Choice<GostBtFailure>("failure"),
                Remedy = map.Text("remedy"),
            };
            map.Done(Keys);
            return state;
        }
        catch (Exception e) when (e is YamlFormatException or FormatException or OverflowException)
        {
            throw Unreadable(e, source);
        }
    }

    private static string? ReadText(string path)
    {
        try
        {
            return PrivateFile.TryReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e, path);
        }
    }

    private static GostBtException Unreadable(Exception e, string source) =>
        new(GostBtFailure.Unexpected, $"The agent's state cannot be read: {e.Message}", $"Stop the tunnel and remove {source}.", e);

    private static YamlNode? Fraction(double? value) => Text(value?.ToString("0.###", CultureInfo.InvariantCulture));

    private static YamlNode? Count(long? value) => Text(value?.ToString(CultureInfo.InvariantCulture));

    private static double? Fraction(StrictMapping map, string key) => map.Text(key) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    private static long? Count(StrictMapping map, string key) => map.Text(key) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
