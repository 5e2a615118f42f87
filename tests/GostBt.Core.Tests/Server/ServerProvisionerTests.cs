using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Tunnel;
using static GostBt.Core.Tests.Server.FakeServer;

namespace GostBt.Core.Tests.Server;

/// <summary>The whole way from request to result over the stand-in for ssh; on a real server it is walked by the lab tests.</summary>
public sealed class ServerProvisionerTests
{
    private static readonly ProfileName Home = new("home");

    [Fact]
    public async Task A_system_that_cannot_is_found_out_in_one_round_trip_and_leaves_no_profile()
    {
        using var ssh = Answering(facts: Samples.FreshDebian.Replace("tun yes\n", string.Empty, StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<GostBtException>(() => Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None));

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Single(ssh.Lines, line => line.StartsWith("ssh round trip", StringComparison.Ordinal));
        Assert.False(new ProfileStore(ssh.Paths).Exists(Home));
    }

    [Fact]
    public async Task A_plan_writes_nothing_here_either()
    {
        using var ssh = Answering();

        var plan = await Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None);

        Assert.True(plan.HasChanges);
        Assert.Equal(1, plan.RoundTrips);
        Assert.False(new ProfileStore(ssh.Paths).Exists(Home));
    }

    [Fact]
    public async Task A_failed_step_is_named_with_what_the_journal_said()
    {
        using var ssh = Answering(apply: "echo 'failed loading the firewall'; echo 'journal no such table'; exit 1");
        var provisioner = Provisioner(ssh);
        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => provisioner.ApplyAsync(plan, CancellationToken.None));

        Assert.Equal(GostBtFailure.RemoteCommandFailed, error.Failure);
        Assert.Contains("loading the firewall", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such table", error.Message, StringComparison.Ordinal);
        Assert.False(new ProfileStore(ssh.Paths).Exists(Home));
    }

    [Fact]
    public async Task A_deployment_that_does_not_hold_leaves_the_profile_as_it_was()
    {
        using var ssh = Answering(apply: Showing(Samples.CertificatePem), verify: "echo 'failed IPv4 forwarding is off'; exit 1");
        var store = new ProfileStore(ssh.Paths);
        var kept = Samples.Profile() with { Ports = [new PublishedPort(5555)] };
        store.Save(kept, new ProfileSecrets("old", "old", Samples.CertificatePem));
        var provisioner = Provisioner(ssh);
        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => provisioner.ApplyAsync(plan, CancellationToken.None));

        Assert.Equal(GostBtFailure.VerificationFailed, error.Failure);
        Assert.Contains("forwarding is off", error.Message, StringComparison.Ordinal);
        Assert.Equal(kept.Ports, store.Load(Home).Ports);
        Assert.Equal("old", store.LoadSecrets(Home)!.Password);
    }

    [Theory]
    [InlineData("exit 255", true)]
    [InlineData("echo 'failed IPv4 forwarding is off'; exit 1", false)]
    public async Task A_first_deployment_keeps_its_secrets_where_the_server_may_have_them(string verify, bool kept)
    {
        using var ssh = Answering(apply: Showing(Samples.CertificatePem), verify: verify);
        var store = new ProfileStore(ssh.Paths);
        var provisioner = Provisioner(ssh);
        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        await Assert.ThrowsAsync<GostBtException>(() => provisioner.ApplyAsync(plan, CancellationToken.None));

        Assert.Equal(kept ? plan.Secrets.Password : null, store.LoadSecrets(Home)?.Password);
    }

    [Fact]
    public async Task Another_run_on_the_server_is_waited_out_by_the_user()
    {
        using var ssh = Answering(apply: "exit 75");
        var provisioner = Provisioner(ssh);
        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        Assert.Equal(GostBtFailure.Busy, (await Assert.ThrowsAsync<GostBtException>(() => provisioner.ApplyAsync(plan, CancellationToken.None))).Failure);
    }

    [Theory]
    [InlineData("clock 1000000000", "clocks")]
    public async Task What_may_become_a_problem_is_said(string fact, string warning)
    {
        using var ssh = Answering(facts: Samples.FreshDebian.Replace("gostbt-facts 1\n", $"gostbt-facts 1\n{fact}\n", StringComparison.Ordinal));

        await Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None);

        Assert.Contains(ssh.Lines, line => line.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_profile_that_moves_to_another_server_is_said_to_stay_on_the_old_one()
    {
        using var ssh = Answering();
        new ProfileStore(ssh.Paths).Save(Samples.Profile() with { Server = new ProfileServer { Host = "old.example.net" } });

        await Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None);

        Assert.Contains(ssh.Lines, line => line.Contains("old.example.net", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_not_deployed_is_not_updated()
    {
        using var ssh = Answering();
        var update = new ServerUpdate { Profile = Samples.Profile(), Ssh = Samples.Request().Ssh };

        var error = await Assert.ThrowsAsync<GostBtException>(() => Provisioner(ssh).PlanUpdateAsync(update, CancellationToken.None));

        Assert.Equal(GostBtFailure.InvalidProfile, error.Failure);
        Assert.Contains("New-GostBtServer", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_state_that_does_not_reach_this_PC_is_refused_before_the_server_gives_up_the_way_back(bool cancelled)
    {
        using var ssh = Answering(
            apply: Showing(TrueCertificate()),
            verify: "grep -a '^REFUSED=' \"$input\" >>\"$(dirname \"$0\")/verified\"; exit 1");
        var store = new ProfileStore(ssh.Paths);
        var kept = Samples.Profile() with { Ports = [new PublishedPort(5555)] };
        store.Save(kept, new ProfileSecrets("old", "old", Samples.CertificatePem));
        const string Refusal = "REFUSED='the PC that it is for refused it'";
        string? abandonedWith = null;
        var refusedBefore = false;
        using var stop = new CancellationTokenSource();
        var provisioner = Provisioner(ssh, new TunnelEndpointProbe(() =>
        {
            var closed = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            closed.Dispose();
            if (cancelled)
            {
                stop.Cancel();
            }

            return closed;
        }));
        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        var error = await Record.ExceptionAsync(() => provisioner.ApplyAsync(plan, new ServerAcceptance(_ => Task.CompletedTask, Abandon), stop.Token));

        Assert.Equal(kept.Ports, store.Load(Home).Ports);
        Assert.Equal("old", store.LoadSecrets(Home)!.Password);
        Assert.Equal("old", abandonedWith);
        Assert.Equal(Refusal, Refused());
        if (cancelled)
        {
            Assert.IsType<OperationCanceledException>(error, exactMatch: false);
            return;
        }

        Assert.Equal(GostBtFailure.VerificationFailed, Assert.IsType<GostBtException>(error).Failure);
        Assert.Contains("set back", error.Message, StringComparison.Ordinal);

        // The tunnel here looks for the old state while the server goes back to it.
        Assert.False(refusedBefore);

        Task Abandon()
        {
            abandonedWith = store.LoadSecrets(Home)!.Password;
            refusedBefore = Directory.GetFiles(ssh.Folder, "verified", SearchOption.AllDirectories).Length > 0;
            return Task.CompletedTask;
        }

        string Refused() => File.ReadAllText(Directory.GetFiles(ssh.Folder, "verified", SearchOption.AllDirectories).Single()).Trim();
    }

    [Fact]
    public async Task The_last_port_stays_and_ssh_is_not_asked()
    {
        using var ssh = Answering();
        var store = new ProfileStore(ssh.Paths);
        store.Save(Samples.Profile());
        var ports = new PublishedPorts(Provisioner(ssh), store, new TunnelController(store, ssh.Paths, new HostBinaries(), ssh));

        var error = await Assert.ThrowsAsync<GostBtException>(
            () => ports.PlanRemovalAsync(Home, [new PublishedPort(6666), new PublishedPort(7000)], GostBt.Ssh.SshOptions.For, CancellationToken.None));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("Remove-GostBtServer", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(ssh.Lines);
    }

    [Fact]
    public async Task A_change_of_ports_is_not_lost_to_another_that_was_planned_before_it()
    {
        using var ssh = Answering();
        var store = new ProfileStore(ssh.Paths);
        var stored = Samples.Profile();
        store.Save(stored);
        var ports = new PublishedPorts(Provisioner(ssh), store, new TunnelController(store, ssh.Paths, new HostBinaries(), ssh));
        var plan = Samples.Plan(stored with { Ports = [.. stored.Ports, new PublishedPort(7001)] }, Samples.Fresh) with { Before = stored };
        var meanwhile = stored with { Ports = [.. stored.Ports, new PublishedPort(7002)] };
        store.Save(meanwhile);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ports.ApplyAsync(plan, CancellationToken.None));

        Assert.Equal(GostBtFailure.Busy, error.Failure);
        Assert.Equal(meanwhile.Ports, store.Load(Home).Ports);
        Assert.Empty(ssh.Lines);
    }
}
