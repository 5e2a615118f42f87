using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;
using NSubstitute;

namespace GostBt.Core.Tests.Tunnel;

public sealed class TunnelControllerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GostBtPaths _paths;
    private readonly ProfileStore _profiles;
    private readonly AgentFiles _files;

    public TunnelControllerTests()
    {
        _paths = new GostBtPaths(_folder["config"], _folder["state"]);
        _profiles = new ProfileStore(_paths);
        _files = new AgentFiles(_paths, Samples.Profile.Name);
        _profiles.Save(Samples.Profile, Samples.Secrets);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tunnel_that_never_ran_is_stopped_and_says_what_to_set_in_the_client()
    {
        var tunnel = await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None);

        Assert.Equal(TunnelState.Stopped, tunnel.State);
        Assert.Equal("192.168.123.2:5522", tunnel.Proxy);
        Assert.Equal("192.168.123.1", tunnel.ServerAddress);
    }

    [Fact]
    public async Task A_dead_agent_s_state_is_corrected_to_stopped()
    {
        WriteState(TunnelState.Up);

        var tunnel = await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None);

        Assert.Equal(TunnelState.Stopped, tunnel.State);
        Assert.Null(tunnel.AgentProcessId);
        Assert.Null(tunnel.RoundTripMilliseconds);
        Assert.NotNull(tunnel.LastError);
    }

    [Fact]
    public async Task A_failure_stays_to_be_seen_after_the_agent_ended()
    {
        WriteState(TunnelState.Failed);

        var tunnel = await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None);

        Assert.Equal(TunnelState.Failed, tunnel.State);
        Assert.Equal("why", tunnel.LastError);
    }

    [Fact]
    public async Task A_tunnel_is_stopped_also_where_its_profile_was_edited_into_nonsense()
    {
        WriteState(TunnelState.Up);
        File.WriteAllText(_profiles.PathOf(Samples.Profile.Name), "{");

        var tunnel = await Controller().StopAsync(Samples.Profile.Name, CancellationToken.None);

        Assert.Equal(TunnelState.Stopped, tunnel.State);
        Assert.Null(tunnel.AgentProcessId);
    }

    [SkippableFact]
    public async Task A_living_agent_s_state_is_believed()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        WriteState(TunnelState.Up, ofThisProcess: true);
        using var held = await AgentLock.TryTakeAsync(_files.Lock, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(TunnelState.Up, (await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None)).State);
    }

    [SkippableFact]
    public async Task The_state_of_the_agent_before_is_not_taken_for_that_of_the_one_that_just_started()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        WriteState(TunnelState.Up);
        using var held = await AgentLock.TryTakeAsync(_files.Lock, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(TunnelState.Starting, (await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None)).State);
    }

    [SkippableFact]
    public async Task A_tunnel_that_is_up_is_returned_as_it_is()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root on Linux");
        WriteState(TunnelState.Up, ofThisProcess: true);
        using var held = await AgentLock.TryTakeAsync(_files.Lock, TimeSpan.Zero, CancellationToken.None);

        var tunnel = await Controller().StartAsync(Samples.Profile.Name, TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.Equal(Environment.ProcessId, tunnel.AgentProcessId);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("name: home\nstate: sideways\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("name: home\nstate: up\nreceivedBytes: 99999999999999999999\n")]
    [InlineData("name: home\nstate: up\nagent: many\n")]
    public async Task A_state_file_that_something_else_wrote_is_told_and_stands_in_nobody_s_way(string content)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        _files.CreateFolder();
        File.WriteAllText(_files.State, content);
        var log = Substitute.For<IOperationLog>();
        var controller = new TunnelController(_profiles, _paths, new HostBinaries(), log);

        Assert.Equal(TunnelState.Stopped, (await controller.GetAsync(Samples.Profile.Name, CancellationToken.None)).State);
        Assert.Equal(TunnelState.Stopped, (await controller.StopAsync(Samples.Profile.Name, CancellationToken.None)).State);
        log.Received(1).Warning(Arg.Is<string>(text => text.Contains(_files.State, StringComparison.Ordinal) || text.Contains("cannot be read", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_state_file_that_cannot_be_read_is_told_and_stands_in_nobody_s_way()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        _files.CreateFolder();
        Directory.CreateDirectory(_files.State);

        Assert.Equal(TunnelState.Stopped, (await Controller().GetAsync(Samples.Profile.Name, CancellationToken.None)).State);
    }

    [Fact]
    public async Task No_such_profile_is_an_error_that_lists_those_there_are()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => Controller().GetAsync(new ProfileName("nas"), CancellationToken.None));

        Assert.Equal(GostBtFailure.ProfileNotFound, error.Failure);
        Assert.Contains("home", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_split_route_of_a_stopped_tunnel_is_kept_for_its_next_start()
    {
        var splits = new SplitRouting(_profiles, _paths, Substitute.For<IOperationLog>());

        var set = await splits.SetAsync(Samples.Profile.Name, RouteVia.Direct, null, CancellationToken.None);

        Assert.Equal(new GostBtSplitRoute { Name = "home", IPv4 = RouteVia.Direct, IPv6 = RouteVia.Direct, Applied = false }, set);
        Assert.Equal(set, await splits.GetAsync(Samples.Profile.Name, CancellationToken.None));
        Assert.NotNull(_profiles.LoadSecrets(Samples.Profile.Name));
    }

    private TunnelController Controller() => new(_profiles, _paths, new HostBinaries(), Substitute.For<IOperationLog>());

    private void WriteState(TunnelState state, bool ofThisProcess = false)
    {
        _files.CreateFolder();
        AgentStateFile.Write(_files.State, new AgentState
        {
            AgentStart = ofThisProcess ? new LinuxTunnelPlatform().StartOf(Environment.ProcessId) : "1",
            Tunnel = new GostBtTunnel { Name = "home", State = state, AgentProcessId = ofThisProcess ? Environment.ProcessId : int.MaxValue, RoundTripMilliseconds = 1, LastError = state == TunnelState.Failed ? "why" : null },
        });
    }
}
