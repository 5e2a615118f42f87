using System.Diagnostics;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>A server from nothing to running and back to nothing.</summary>
[Collection(LabCollection.Name)]
public sealed class DeployTests(LabFixture fixture)
{
    [SkippableFact]
    public async Task First_run_second_run_reboot_and_removal()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        _ = PublishedHost.Path;
        var watch = Stopwatch.StartNew();

        var first = await home.DeployAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
        Assert.True(first.Changed);
        Assert.Equal("Running", first.State);
        Assert.Equal(home.Lab.Facts.VpsAddress, first.PublicAddress);
        Assert.InRange(first.RoundTrips, 1, 6);
        await RunsAsync(home);

        var running = await VpsSnapshot.TakeAsync(home.Lab);
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        Assert.Empty(plan.Steps);
        Assert.Contains("nothing to do", plan.ToString(), StringComparison.Ordinal);
        var second = await home.Provisioner.ApplyAsync(plan, CancellationToken.None);
        Assert.False(second.Changed);
        Assert.InRange(second.RoundTrips, 1, 2);
        await VpsSnapshot.IsStillAsync(running, home.Lab);
        Assert.Equal(first.CertificateFingerprint, second.CertificateFingerprint);

        await home.Lab.RebootVpsAsync();
        await RunsAsync(home);
        Assert.Empty((await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None)).Steps);

        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, home.Lab);
        Assert.Equal("Absent", (await GetAsync(home)).State);
    }

    [SkippableFact]
    public async Task Systemd_has_nothing_to_say_against_the_units_and_starts_the_engine_once()
    {
        using var home = new Deployment(fixture.Lab);
        var since = (await home.VpsAsync("journalctl -q -n 0 --show-cursor | sed -n 's/^-- cursor: //p'")).Trim();
        await home.DeployAsync();
        await home.VpsAsync("systemctl daemon-reload; systemctl restart gostbt@home");
        await RunsAsync(home);

        Assert.Equal("0\n", await home.VpsAsync("systemctl show -p NRestarts --value gostbt@home"));

        // Beside what it says of every service that ends.
        var log = await home.VpsAsync(
            $"journalctl -b -q -o cat --no-pager --after-cursor='{since}' _PID=1 | grep 'gostbt[^ ]*service:' | grep -vE ': (Deactivated successfully|Succeeded|Consumed .* CPU time.*)\\.?$' || true");
        Assert.Empty(log);
        await home.RemoveAsync();
    }

    [SkippableFact]
    public async Task Drift_is_seen_and_put_right()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        try
        {
            Assert.Equal("Running", (await GetAsync(home)).State);
            await home.VpsAsync("nft flush chain inet gostbt_home forward; echo '# mine' >>/etc/gostbt/home/engine.yaml; systemctl disable -q gostbt@home");
            Assert.Equal("Drifted", (await GetAsync(home)).State);
            await home.VpsAsync("systemctl stop gostbt@home");
            Assert.Equal("Stopped", (await GetAsync(home)).State);

            var again = await home.DeployAsync();

            Assert.True(again.Changed);
            Assert.Equal("Running", (await GetAsync(home)).State);
            await RunsAsync(home);
        }
        finally
        {
            await home.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task A_port_is_added_without_restarting_the_engine()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        try
        {
            var pid = await home.VpsAsync("systemctl show -p MainPID --value gostbt@home");

            var changed = await home.DeployAsync(home.Request() with { Ports = [new PublishedPort(6666), new PublishedPort(7000, PortProtocol.Udp)] });

            Assert.True(changed.Changed);
            Assert.Equal(pid, await home.VpsAsync("systemctl show -p MainPID --value gostbt@home"));
            Assert.Contains("7000", await home.VpsAsync("nft list set inet gostbt_home udp_ports"), StringComparison.Ordinal);
            Assert.DoesNotContain("7000", await home.VpsAsync("nft list set inet gostbt_home tcp_ports"), StringComparison.Ordinal);
        }
        finally
        {
            await home.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task Lost_secrets_at_home_are_made_anew_and_the_certificate_stays()
    {
        using var home = new Deployment(fixture.Lab);
        var first = await home.DeployAsync();
        try
        {
            var old = home.Profiles.LoadSecrets(new ProfileName("home"))!;
            home.Profiles.Remove(new ProfileName("home"));

            // Another PC's profile looks just the same.
            var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync());
            Assert.Equal(GostBtFailure.Conflict, error.Failure);
            Assert.Contains("-TakeOver", error.Remedy, StringComparison.Ordinal);
            var again = await home.DeployAsync(home.Request() with { TakeOver = true });

            var renewed = home.Profiles.LoadSecrets(new ProfileName("home"))!;
            Assert.True(again.Changed);
            Assert.Equal(first.CertificateFingerprint, again.CertificateFingerprint);
            Assert.NotEqual(old.Password, renewed.Password);
            Assert.Equal(old.CertificatePem, renewed.CertificatePem);
        }
        finally
        {
            await home.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task Removal_works_when_parts_are_missing_already()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.DeployAsync();
        await home.VpsAsync("rm -r /etc/gostbt/home/engine.yaml /usr/local/lib/gostbt /etc/systemd/system/gostbt@home.service; nft delete table inet gostbt_home");

        await home.RemoveAsync();

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_sudoer_deploys_as_root_does()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);

        var server = await home.DeployAsync(home.Request(user: "admin"));

        Assert.Equal("Running", server.State);
        await RunsAsync(home);
        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task Two_profiles_stand_side_by_side_and_go_one_by_one()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.DeployAsync();

        await home.DeployAsync(home.Request("nas-2", port: 7777) with { TunnelPort = 443, TunPort = 8422, Network = "192.168.124.0/24" });

        Assert.Equal("active\nactive\n", await home.VpsAsync("systemctl is-active gostbt@home gostbt@nas-2"));
        await home.RemoveAsync();
        Assert.Equal("active\n", await home.VpsAsync("systemctl is-active gostbt@nas-2"));
        await home.RemoveAsync("nas-2");
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task Forwarding_that_somebody_else_came_to_need_stays_on()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        await home.VpsAsync("nft 'add table ip other; add chain ip other nat { type nat hook postrouting priority srcnat; }; add rule ip other nat ip saddr 172.17.0.0/16 masquerade'");
        try
        {
            await home.RemoveAsync();

            Assert.Equal("1\n", await home.VpsAsync("cat /proc/sys/net/ipv4/ip_forward"));
        }
        finally
        {
            await home.VpsAsync("nft delete table ip other; echo 0 >/proc/sys/net/ipv4/ip_forward");
        }
    }

    private static Task<GostBtServer> GetAsync(Deployment home)
    {
        var profile = home.Profiles.Load(new ProfileName("home"));
        return home.Provisioner.GetAsync(profile, GostBt.Ssh.SshOptions.For(profile), CancellationToken.None);
    }

    private static async Task RunsAsync(Deployment home)
    {
        Assert.Equal("active\nactive\n", await home.VpsAsync("systemctl is-active gostbt@home gostbt-firewall@home"));
        Assert.Equal("enabled\nenabled\n", await home.VpsAsync("systemctl is-enabled gostbt@home gostbt-firewall@home"));
        Assert.Contains("dnat ip to 192.168.123.2", await home.VpsAsync("nft list table inet gostbt_home"), StringComparison.Ordinal);
        Assert.Contains("192.168.123.1/24", await home.VpsAsync("for i in 1 2 3 4 5 6 7 8 9 10; do ip -o -4 addr show dev gbt-home && break; sleep 0.5; done"), StringComparison.Ordinal);
        Assert.Equal("1\n", await home.VpsAsync("cat /proc/sys/net/ipv4/ip_forward"));
    }
}
