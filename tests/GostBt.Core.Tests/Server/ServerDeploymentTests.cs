using GostBt.Core.Tests.Ssh;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Tunnel;
using static GostBt.Core.Tests.Server.FakeServer;

namespace GostBt.Core.Tests.Server;

/// <summary>That the profile here stays what the server is, whatever comes between.</summary>
public sealed class ServerDeploymentTests
{
    private static readonly ProfileName Home = new("home");
    private static readonly ProfileSecrets Kept = Samples.Secrets with { CertificatePem = Samples.CertificatePem };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ctrl_C_during_the_check_leaves_the_profile_as_the_server_is_then(bool passed)
    {
        using var ssh = Answering(
            apply: Showing(Samples.CertificatePem),
            verify: """
                if grep -qa "^REFUSED=''" "$input"; then rm "$input"; touch "$here/checking"; exec sleep 60; fi
                touch "$here/refused"
                if [ -e "$here/facts" ]; then echo 'failed nobody came to verify it in time'; else echo 'failed the PC that it is for refused it'; fi
                exit 1
                """);
        var store = Storing(ssh, Samples.Profile() with { Ports = [new PublishedPort(5555)] });
        var plan = await Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var applying = Provisioner(ssh).ApplyAsync(plan, stop.Token);
        while (!File.Exists(Path.Combine(ssh.Folder, "checking")))
        {
            Assert.False(applying.IsCompleted, applying.Exception?.ToString());
            await Task.Delay(20);
        }

        if (passed)
        {
            // The script ran on after its connection was gone.
            var placed = string.Concat(plan.Files.Select(file => $"placed {file.Hash} {file.Mode} root:{file.Group} {file.Path}\n"));
            File.WriteAllText(Path.Combine(ssh.Folder, "facts"), Samples.FreshDebian.Replace("end\n", placed + "end\n", StringComparison.Ordinal));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => applying);

        Assert.True(File.Exists(Path.Combine(ssh.Folder, "refused")));
        Assert.Equal(passed ? [6666, 7000] : [5555], store.Load(Home).Ports.Select(port => port.Port));
        Assert.Equal(Kept, store.LoadSecrets(Home));
    }

    [Theory]
    [InlineData("a port")]
    [InlineData("the split route")]
    [InlineData("the certificate")]
    public async Task What_another_command_changed_after_the_plan_is_not_lost(string what)
    {
        var changed = what switch
        {
            "a port" => Samples.Profile() with { Ports = [.. Samples.Profile().Ports, new PublishedPort(7001)] },
            "the split route" => Samples.Profile() with { Proxy = new ProfileProxy { Split = new SplitRoute(RouteVia.Direct) } },
            _ => Samples.Profile(),
        };
        var secrets = what == "the certificate" ? Kept with { CertificatePem = Samples.CertificatePem + Samples.CertificatePem } : Kept;
        using var ssh = Answering(facts: Deployed(ProfileOwner.Of(Kept)));
        var store = Storing(ssh, Samples.Profile());
        var servers = Provisioner(ssh);
        var updater = new ServerUpdater(servers, new TunnelController(store, ssh.Paths, new HostBinaries(), ssh), new CertificateRotation(ssh.Connector, store, ssh), ssh);
        var whole = Samples.Profile() with { Tunnel = new ProfileTunnel { Mtu = 1300 } };
        var update = await updater.PlanAsync(new ServerUpdate { Profile = whole, Ssh = Samples.Request().Ssh }, CancellationToken.None);
        var deployment = await servers.PlanAsync(Samples.Request(), CancellationToken.None);
        store.Save(changed, secrets);

        var errors = new[]
        {
            await Assert.ThrowsAsync<GostBtException>(() => updater.ApplyAsync(update, CancellationToken.None)),
            await Assert.ThrowsAsync<GostBtException>(() => servers.ApplyAsync(deployment, CancellationToken.None)),
        };

        Assert.All(errors, error => Assert.Equal(GostBtFailure.Busy, error.Failure));
        Assert.Equal(ProfileYaml.Write(changed), ProfileYaml.Write(store.Load(Home)));
        Assert.Equal(secrets, store.LoadSecrets(Home));
    }

    [Fact]
    public async Task A_change_that_was_thought_out_before_another_s_is_refused_too()
    {
        using var ssh = Answering(facts: Deployed(ProfileOwner.Of(Kept)));
        var stored = Samples.Profile();
        var store = Storing(ssh, stored with { Ports = [.. stored.Ports, new PublishedPort(7001)] });
        var update = new ServerUpdate { Profile = stored, Stored = stored, Ssh = Samples.Request().Ssh };
        var plan = await Provisioner(ssh).PlanUpdateAsync(update, CancellationToken.None);

        Assert.Equal(GostBtFailure.Busy, (await Assert.ThrowsAsync<GostBtException>(() => Provisioner(ssh).ApplyAsync(plan, CancellationToken.None))).Failure);
        Assert.Equal(3, store.Load(Home).Ports.Count);
    }

    [Fact]
    public async Task Who_changes_a_profile_waits_for_its_turn_and_finds_it_as_it_is_then()
    {
        using var ssh = Answering();
        var store = Storing(ssh, Samples.Profile());
        using var stop = new CancellationTokenSource();
        Task<RenewedCertificate> renewing;
        Task<GostBtSplitRoute> splitting;
        using (await ProfileTurn.TakeAsync(store, Home, CancellationToken.None))
        {
            renewing = new CertificateRotation(ssh.Connector, store, ssh).RunAsync(Home, Samples.Request().Ssh, newKey: true, stop.Token);
            splitting = new SplitRouting(store, ssh.Paths, ssh).SetAsync(Home, RouteVia.Direct, null, CancellationToken.None);
            await Task.Delay(300);
            Assert.False(renewing.IsCompleted || splitting.IsCompleted);
            Assert.Empty(ssh.Lines);
            store.Save(Samples.Profile() with { Ports = [new PublishedPort(7001)] });
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);
        }

        await splitting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(RouteVia.Direct, store.Load(Home).Proxy.Split.IPv4);
        Assert.Equal(7001, Assert.Single(store.Load(Home).Ports).Port);
    }

    [Fact]
    public async Task A_first_deployment_that_fails_leaves_nothing_here()
    {
        using var ssh = Answering();
        var plan = await Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None);

        await Assert.ThrowsAsync<GostBtException>(() => Provisioner(ssh).ApplyAsync(plan, CancellationToken.None));

        Assert.Empty(Directory.GetFiles(ssh.Paths.Profiles));
    }

    private static ProfileStore Storing(FakeSsh ssh, Profile profile)
    {
        var store = new ProfileStore(ssh.Paths);
        store.Save(profile, Kept);
        return store;
    }
}
