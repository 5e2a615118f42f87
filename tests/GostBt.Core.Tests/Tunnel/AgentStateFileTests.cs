using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentStateFileTests : IDisposable
{
    private static readonly AgentState Full = new()
    {
        Tunnel = new GostBtTunnel
        {
            Name = "home",
            State = TunnelState.Backoff,
            Since = new DateTimeOffset(2026, 11, 22, 10, 0, 0, 123, TimeSpan.Zero),
            Interface = "gost_tun",
            Address = "192.168.123.2",
            ServerAddress = "192.168.123.1",
            PublicAddress = "198.51.100.10",
            Proxy = "192.168.123.2:5522",
            RoundTripMilliseconds = 12.345,
            JitterMilliseconds = 0.5,
            LossPercent = 1.667,
            ReceivedBytesPerSecond = 125_000_000,
            SentBytesPerSecond = 0,
            ReceivedBytes = 5_000_000_000_000,
            SentBytes = 17,
            Engine = "gostbt",
            EngineVersion = "0.1.0",
            Restarts = 3,
            AgentProcessId = 4711,
            LastError = "the far end went silent: \"x\"\nline two: #",
        },
        AgentStart = "224947",
        Configuration = "00FF",
        Attempt = 4,
        Step = "waiting",
        Failure = GostBtFailure.TunnelFailed,
        Remedy = "Wait.",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        AgentStateFile.Write(_folder["state"], Full);

        Assert.Equal(Full, AgentStateFile.Read(_folder["state"]));
    }

    [Fact]
    public void An_absent_file_is_no_state() => Assert.Null(AgentStateFile.Read(_folder["state"]));

    [Fact]
    public async Task A_reader_never_sees_a_half_written_file()
    {
        AgentStateFile.Write(_folder["state"], Full);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                Assert.Equal("home", AgentStateFile.Read(_folder["state"])!.Tunnel.Name);
                reads++;
            }
        });

        for (var i = 0; i < 200; i++)
            AgentStateFile.Write(_folder["state"], Full with { Tunnel = Full.Tunnel with { Restarts = i, LastError = new string('x', i * 10) } });

        await done.CancelAsync();
        await reader;
        Assert.Equal(["state"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_changed_by_hand_is_an_error_that_names_it()
    {
        File.WriteAllText(_folder["state"], "name: home\nstate: sideways\n");

        var error = Assert.Throws<GostBtException>(() => AgentStateFile.Read(_folder["state"]));

        Assert.Contains(_folder["state"], error.Message, StringComparison.Ordinal);
    }
}
