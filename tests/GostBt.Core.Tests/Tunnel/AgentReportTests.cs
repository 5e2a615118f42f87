using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentReportTests : IDisposable
{
    private static readonly GostBtException Trouble = new(GostBtFailure.HostUnreachable, "the far end went silent.", "Wait.");

    private readonly TemporaryFolder _folder = new();
    private readonly AgentFiles _files;
    private readonly AgentReport _report;

    public AgentReportTests()
    {
        _files = new AgentFiles(new GostBtPaths(_folder["config"], _folder["state"]), Samples.Profile.Name);
        _files.CreateFolder();
        _report = new AgentReport(_files, new AgentLog(_files.Log), new AgentState { Tunnel = AgentReport.Describe(Samples.Profile) with { AgentProcessId = 4711 } });
    }

    private GostBtTunnel Written => AgentStateFile.Read(_files.State)!.Tunnel;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_life_of_an_agent_is_told_state_by_state_and_each_is_on_disk_at_once()
    {
        (Action Tell, TunnelState State)[] life =
        [
            (() => _report.Begun("cleaning up"), TunnelState.Starting),
            (() => _report.Starting("starting the engine"), TunnelState.Starting),
            (() => _report.Connecting("waiting for the far end"), TunnelState.Connecting),
            (() => _report.Up(TimeSpan.FromMilliseconds(20)), TunnelState.Up),
            (() => _report.Degraded(Trouble), TunnelState.Degraded),
            (() => _report.Up(TimeSpan.FromMilliseconds(20)), TunnelState.Up),
            (() => _report.Backoff(Trouble, TimeSpan.FromSeconds(1)), TunnelState.Backoff),
            (() => _report.Starting("starting the engine"), TunnelState.Starting),
            (_report.Stopping, TunnelState.Stopping),
            (() => _report.Ended(null), TunnelState.Stopped),
        ];
        foreach (var (tell, state) in life)
        {
            tell();

            Assert.Equal(state, _report.Tunnel.State);
            Assert.Equal(_report.Tunnel, Written);
        }
    }

    [Fact]
    public void An_error_is_told_until_the_tunnel_is_well_again()
    {
        ToUp();

        _report.Degraded(Trouble);
        Assert.Equal(Trouble.Message, Written.LastError);

        _report.Up(TimeSpan.FromMilliseconds(20));
        Assert.Null(Written.LastError);
    }

    [Fact]
    public void Figures_are_there_at_once_for_who_asks_the_agent_and_go_with_the_tunnel_but_for_the_totals()
    {
        ToUp();

        _report.Measured(new TunnelFigures { RoundTripMilliseconds = 21, JitterMilliseconds = 2, LossPercent = 1, ReceivedBytes = 1000, SentBytes = 500, ReceivedBytesPerSecond = 10, SentBytesPerSecond = 5 });
        Assert.Equal((21, 2, 1, 1000, 500, 10, 5), Figures());

        _report.Measured(new TunnelFigures { RoundTripMilliseconds = 22 });
        Assert.Equal((22, 2, 1, 1000, 500, 10, 5), Figures());

        _report.Backoff(Trouble, TimeSpan.FromSeconds(1));
        Assert.Equal((null, null, null, 1000, 500, null, null), Figures());
        Assert.Equal(1, _report.Tunnel.Restarts);

        (double?, double?, double?, long?, long?, long?, long?) Figures() => _report.Tunnel is var t
            ? (t.RoundTripMilliseconds, t.JitterMilliseconds, t.LossPercent, t.ReceivedBytes, t.SentBytes, t.ReceivedBytesPerSecond, t.SentBytesPerSecond)
            : default;
    }

    [Fact]
    public void An_event_that_means_nothing_in_a_state_leaves_it_and_is_in_the_log()
    {
        _report.Begun("cleaning up");

        _report.Up(TimeSpan.FromMilliseconds(20));

        Assert.Equal(TunnelState.Starting, _report.Tunnel.State);
        Assert.Contains("'Answered' means nothing while Starting", File.ReadAllText(_files.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_file_that_cannot_be_written_does_not_end_the_agent()
    {
        Directory.CreateDirectory(_files.State);

        ToUp();

        Assert.Equal(TunnelState.Up, _report.Tunnel.State);
        Assert.Contains("the state file cannot be written", File.ReadAllText(_files.Log), StringComparison.Ordinal);
    }

    private void ToUp()
    {
        _report.Begun("cleaning up");
        _report.Connecting("waiting for the far end");
        _report.Up(TimeSpan.FromMilliseconds(20));
    }
}
