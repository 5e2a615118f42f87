using System.Diagnostics;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>What cannot work gets a clear error, and the VPS stays as it was.</summary>
[Collection(LabCollection.Name)]
public sealed class BadInputTests(LabFixture fixture)
{
    [SkippableFact]
    public async Task A_host_that_does_not_answer_is_unreachable()
    {
        using var home = new Deployment(fixture.Lab);

        // In the backbone's own network, where nobody has that address.
        var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync(home.Request(host: "198.51.100.254")));

        Assert.Equal(GostBtFailure.HostUnreachable, error.Failure);
        Assert.NotEmpty(error.Remedy);
    }

    [SkippableFact]
    public async Task A_port_without_sshd_is_unreachable()
    {
        using var home = new Deployment(fixture.Lab);
        var target = ServerTarget.Parse($"root@{home.Lab.Facts.VpsAddress}:2222");

        Assert.Equal(GostBtFailure.HostUnreachable, await home.FailureOf(home.Request() with { Target = target }));
    }

    [SkippableFact]
    public async Task A_host_that_swallows_everything_is_unreachable_after_the_connect_timeout()
    {
        using var home = new Deployment(fixture.Lab);
        await home.VpsAsync("nft 'add table inet provider; add chain inet provider input { type filter hook input priority -200; }; add rule inet provider input tcp dport 2222 drop'");
        try
        {
            var target = ServerTarget.Parse($"root@{home.Lab.Facts.VpsAddress}:2222");
            var watch = Stopwatch.StartNew();

            Assert.Equal(GostBtFailure.HostUnreachable, await home.FailureOf(home.Request() with { Target = target }));
            Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(12));
        }
        finally
        {
            await home.VpsAsync("nft delete table inet provider");
        }
    }

    [SkippableFact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        using var home = new Deployment(fixture.Lab);

        Assert.Equal(GostBtFailure.HostUnreachable, await home.FailureOf(home.Request(host: "nobody.lab.test")));
    }

    [SkippableFact]
    public async Task A_key_the_server_does_not_know_fails_to_log_in()
    {
        using var home = new Deployment(fixture.Lab);

        Assert.Equal(GostBtFailure.AuthenticationFailed, await home.FailureOf(home.Request(key: home.Lab.Facts.SshStrangerKey)));
    }

    [SkippableFact]
    public async Task Neither_root_nor_sudo_is_said_so()
    {
        using var home = new Deployment(fixture.Lab);

        var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync(home.Request(user: "nosudo")));

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
        Assert.Contains("NOPASSWD", error.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_unknown_host_key_is_shown_and_not_accepted_by_itself()
    {
        using var home = new Deployment(fixture.Lab);
        var request = home.Request();

        var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync(request with { Ssh = request.Ssh with { AcceptHostKey = false } }));

        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
        Assert.Contains(home.Lab.Facts.SshHostFingerprint, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_fingerprint_that_matches_lets_in_and_one_that_does_not_keeps_out()
    {
        using var home = new Deployment(fixture.Lab);
        var request = home.Request();

        var wrong = request with { Ssh = request.Ssh with { HostKeyFingerprint = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } };
        Assert.Equal(GostBtFailure.HostKeyChanged, await home.FailureOf(wrong));
        var right = request with { Ssh = request.Ssh with { AcceptHostKey = false, HostKeyFingerprint = home.Lab.Facts.SshHostFingerprint } };
        Assert.True((await home.Provisioner.PlanAsync(right, CancellationToken.None)).HasChanges);
    }

    [SkippableFact]
    public async Task A_changed_host_key_is_refused_even_when_new_ones_are_accepted()
    {
        using var home = new Deployment(fixture.Lab);
        await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        var known = await File.ReadAllTextAsync(home.Paths.KnownHosts);
        var stranger = (await File.ReadAllTextAsync(home.Lab.Facts.SshStrangerKey + ".pub")).Split(' ');
        await File.WriteAllTextAsync(home.Paths.KnownHosts, $"{known.Split(' ')[0]} {stranger[0]} {stranger[1]}\n");

        var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync());

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
        Assert.Contains("ssh-keygen -R", error.Remedy, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(8443)]
    [InlineData(6666)]
    public async Task A_port_in_use_is_refused_and_its_owner_named(int port)
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.VpsAsync($"systemd-run --quiet --collect --unit=squatter systemd-socket-activate --listen=0.0.0.0:{port} /bin/cat; "
            + $"for i in $(seq 300); do ss -Hlnt 'sport = :{port}' | grep -q . && break; sleep 0.1; done");
        try
        {
            var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync());

            Assert.Equal(GostBtFailure.Conflict, error.Failure);
            Assert.Contains("systemd-socket", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await home.VpsAsync("systemctl stop squatter");
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task Without_a_TUN_device_nothing_is_changed()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.VpsAsync("mount -t tmpfs none /dev/net");
        try
        {
            var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync());

            Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
            Assert.Contains("modprobe tun", error.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            await home.VpsAsync("umount /dev/net; [ -c /dev/net/tun ]");
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_deployment_that_fails_half_way_leaves_the_server_as_it_was()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);

        // An engine that never listens: what fails is the last step but one.
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        await home.VpsAsync("mkdir -p /etc/systemd/system/gostbt@home.service.d && printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >/etc/systemd/system/gostbt@home.service.d/break.conf");
        var error = await Assert.ThrowsAsync<GostBtException>(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None));

        Assert.Equal(GostBtFailure.RemoteCommandFailed, error.Failure);
        Assert.Contains("starting the engine", error.Message, StringComparison.Ordinal);
        await VpsSnapshot.IsStillAsync(before, home.Lab);
        Assert.False(home.Profiles.Exists(plan.Profile.Name));
    }

    [SkippableFact]
    public async Task Nobody_coming_back_to_verify_rolls_the_deployment_back()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        using var session = await home.Connector.ConnectAsync(plan.Ssh, CancellationToken.None);
        using var cut = new CancellationTokenSource();

        // The connection breaks as soon as the rollback is armed; the script goes on without us.
        var running = home.Provisioner.ApplyAsync(plan, cut.Token);
        await home.VpsAsync("for i in $(seq 300); do systemctl is-active --quiet gostbt-rollback-home.timer && break; sleep 0.1; done");
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await home.VpsAsync("for i in $(seq 500); do [ -e /var/lib/gostbt/transaction/applied ] && break; sleep 0.1; done; systemctl is-active gostbt@home");

        await home.VpsAsync("for i in $(seq 350); do [ -e /var/lib/gostbt ] || break; sleep 0.1; done");
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_providers_firewall_before_the_tunnel_port_is_named_until_it_is_open()
    {
        using var home = new Deployment(fixture.Lab);
        const string Block = "nft 'add table inet provider; add chain inet provider input { type filter hook input priority -200; }; add rule inet provider input tcp dport 8443 drop'";
        await home.VpsAsync(Block);
        try
        {
            var first = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync());
            Assert.Equal(GostBtFailure.VerificationFailed, first.Failure);
            Assert.Contains("provider", first.Remedy, StringComparison.Ordinal);
            Assert.Equal(GostBtFailure.VerificationFailed, await home.FailureOf(home.Request()));

            await home.VpsAsync("nft delete table inet provider");
            var open = await home.DeployAsync();
            Assert.False(open.Changed);
            Assert.Equal("Running", open.State);
        }
        finally
        {
            await home.VpsAsync("nft delete table inet provider 2>/dev/null; true");
            await home.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task An_update_that_fails_puts_the_old_state_back_and_running()
    {
        const string DropIn = "/etc/systemd/system/gostbt@home.service.d/break.conf";
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        try
        {
            var before = await VpsSnapshot.TakeAsync(home.Lab);
            var plan = await home.Provisioner.PlanAsync(home.Request(port: 7000) with { Mtu = 1300 }, CancellationToken.None);

            // Fails for this configuration only: the old one still starts.
            await home.VpsAsync($"mkdir -p {System.IO.Path.GetDirectoryName(DropIn)} && printf '[Service]\nExecStartPre=/bin/sh -c \"! grep -q 1300 /etc/gostbt/home/engine.yaml\"\n' >{DropIn}");
            var error = await Assert.ThrowsAsync<GostBtException>(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
            await home.VpsAsync($"rm {DropIn}; rmdir {System.IO.Path.GetDirectoryName(DropIn)}; systemctl daemon-reload");

            Assert.Contains("starting the engine", error.Message, StringComparison.Ordinal);
            await home.VpsAsync("for i in $(seq 100); do ip -o link show dev gbt-home >/dev/null 2>&1 && ss -Hlnt 'sport = :8443' | grep -q . && break; sleep 0.1; done");
            await VpsSnapshot.IsStillAsync(before, home.Lab);
        }
        finally
        {
            await home.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task A_run_that_never_ends_is_waited_for_and_then_said_to_be_in_the_way()
    {
        using var home = new Deployment(fixture.Lab);
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        await home.VpsAsync("mkdir -p /run/gostbt && systemd-run --quiet --collect --unit=other-run flock /run/gostbt sleep 90 && until ! flock -n /run/gostbt true; do sleep 0.1; done");
        try
        {
            Assert.Equal(GostBtFailure.Busy, (await Assert.ThrowsAsync<GostBtException>(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None))).Failure);
        }
        finally
        {
            await home.VpsAsync("systemctl stop other-run; rmdir /run/gostbt");
        }
    }
}
