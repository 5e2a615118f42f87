using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>Several profiles, of one PC or of several, on one server.</summary>
public sealed class SharedServerTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    [SkippableFact]
    public async Task Two_PCs_that_deploy_at_the_same_moment_both_get_a_tunnel_of_their_own()
    {
        using var first = new Deployment(fixture.Lab);
        using var second = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(fixture.Lab);

        await Task.WhenAll(first.DeployAsync(first.Request("desk")), second.DeployAsync(second.Request("nas", port: 7777)));

        var one = first.Profiles.Load(new ProfileName("desk")).Tunnel;
        var two = second.Profiles.Load(new ProfileName("nas")).Tunnel;
        Assert.Equal([8443, 8444], new[] { one.Port, two.Port }.Order());
        Assert.Equal([8421, 8422], new[] { one.TunPort, two.TunPort }.Order());
        Assert.Equal(["192.168.123.0/24", "192.168.124.0/24"], new[] { one.Network, two.Network }.Order(StringComparer.Ordinal));
        Assert.Equal("active\nactive\n", await first.VpsAsync("systemctl is-active gostbt@desk gostbt@nas"));
        Assert.Empty((await first.Provisioner.PlanAsync(first.Request("desk"), CancellationToken.None)).Steps);
        Assert.Empty((await second.Provisioner.PlanAsync(second.Request("nas", port: 7777), CancellationToken.None)).Steps);

        // Each engine reaches its own TUN and no other's, whatever its relay is asked for.
        foreach (var (name, own, other) in new[] { ("desk", one.TunPort, two.TunPort), ("nas", two.TunPort, one.TunPort) })
        {
            var user = (await first.VpsAsync($"stat -c %U /proc/$(systemctl show -p MainPID --value gostbt@{name})")).Trim();
            Assert.Equal("gbt-" + name, user);
            Assert.Equal(0, (await SendAsync(user, own)).ExitCode);
            Assert.NotEqual(0, (await SendAsync(user, other)).ExitCode);
        }

        // Another PC's name is its own.
        Assert.Equal(GostBtFailure.Conflict, await first.FailureOf(first.Request("nas", port: 8888)));

        // What one PC does leaves the other's engine running as it is.
        var pid = await first.VpsAsync("systemctl show -p MainPID --value gostbt@nas; nft list table inet gostbt_nas; sha256sum /etc/gostbt/nas/*");
        await first.RemoveAsync("desk");
        Assert.Equal(pid, await first.VpsAsync("systemctl show -p MainPID --value gostbt@nas; nft list table inet gostbt_nas; sha256sum /etc/gostbt/nas/*"));
        await second.RemoveAsync("nas");
        await VpsSnapshot.IsStillAsync(before, fixture.Lab);
    }

    [SkippableFact]
    public async Task A_deployment_that_fails_does_no_harm_to_another_profile()
    {
        using var first = new Deployment(fixture.Lab);
        using var second = new Deployment(fixture.Lab);
        await first.DeployAsync();
        try
        {
            var before = await VpsSnapshot.TakeAsync(fixture.Lab);
            var pid = await first.VpsAsync("systemctl show -p MainPID --value gostbt@home");
            var plan = await second.Provisioner.PlanAsync(second.Request("nas", port: 7777), CancellationToken.None);
            await first.VpsAsync("mkdir -p /etc/systemd/system/gostbt@nas.service.d && printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >/etc/systemd/system/gostbt@nas.service.d/break.conf");

            await Assert.ThrowsAsync<GostBtException>(() => second.Provisioner.ApplyAsync(plan, CancellationToken.None));

            await VpsSnapshot.IsStillAsync(before, fixture.Lab);
            Assert.Equal(pid, await first.VpsAsync("systemctl show -p MainPID --value gostbt@home"));
        }
        finally
        {
            await first.RemoveAsync();
        }
    }

    [SkippableFact]
    public async Task A_profile_whose_manifest_is_lost_goes_and_so_does_everything_with_the_last_one()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(fixture.Lab);
        await home.DeployAsync(home.Request("desk"));
        await home.DeployAsync(home.Request("nas", port: 7777));
        await home.VpsAsync("rm /etc/gostbt/desk/manifest");

        await home.RemoveAsync("desk");

        Assert.Equal("active\n", await home.VpsAsync("systemctl is-active gostbt@nas; ! systemctl is-active --quiet gostbt@desk; ! id -u gbt-desk 2>/dev/null; ! ls -d /etc/gostbt/desk 2>/dev/null"));
        await home.RemoveAsync("nas");
        await VpsSnapshot.IsStillAsync(before, fixture.Lab);
    }

    [SkippableFact]
    public async Task A_server_of_the_former_version_is_taken_along()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(fixture.Lab);
        var first = await home.DeployAsync();

        // As that version left it: one user for all profiles, templates, one engine, and a manifest that names neither.
        await home.VpsAsync("""
            set -e
            mkdir /root/accounts
            cp -p /etc/*- /root/accounts/
            systemctl stop gostbt@home gostbt-firewall@home
            cd /etc/systemd/system
            useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gostbt
            program=$(sed -n 's/^program //p' /etc/gostbt/home/manifest)
            mv "$program" /usr/local/lib/gostbt/gostbt
            rmdir "${program%/*}"
            sed -e "s,$program,/usr/local/lib/gostbt/gostbt," -e 's/=gbt-home/=gostbt/' gostbt@home.service >gostbt@.service
            cp gostbt-firewall@home.service gostbt-firewall@.service
            rm gostbt@home.service gostbt-firewall@home.service
            sed -i -E '/^(owner|program) /d' /etc/gostbt/home/manifest
            sed -i 's/gbt-home jump/gostbt jump/; s/{ root, gbt-home }/{ root, gostbt }/' /etc/gostbt/home/firewall.nft
            chgrp -R gostbt /etc/gostbt/home
            userdel gbt-home
            cp -p /root/accounts/* /etc/
            rm -r /root/accounts
            rm /etc/gostbt/.host/user-gbt-home
            : >/etc/gostbt/.host/user-created
            systemctl daemon-reload
            systemctl start gostbt@home
            """);

        var again = await home.DeployAsync();

        Assert.Equal(first.CertificateFingerprint, again.CertificateFingerprint);
        Assert.Equal("gbt-home\n", await home.VpsAsync("stat -c %U /proc/$(systemctl show -p MainPID --value gostbt@home)"));
        Assert.Equal("gbt-home\n", await home.VpsAsync("stat -c %G /etc/gostbt/home /etc/gostbt/home/*.pem /etc/gostbt/home/engine.yaml | sort -u"));
        await home.VpsAsync("! id -u gostbt 2>/dev/null && [ -z \"$(ls /etc/systemd/system/gostbt*@.service /usr/local/lib/gostbt/gostbt 2>/dev/null)\" ]");
        Assert.Empty((await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None)).Steps);
        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, fixture.Lab);
    }

    // Twice: the first datagram may be let out before its refusal is known to the socket.
    private Task<CommandResult> SendAsync(string user, int port) => fixture.Lab.ShAsync(
        "vps", $"setpriv --reuid={user} --regid={user} --clear-groups timeout 5 bash -c 'exec 3<>/dev/udp/127.0.0.1/{port}; printf x >&3 && sleep 0.2 && printf x >&3'");
}
