using System.Net;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>What GostBt does to a server's other services, and what it finds of them.</summary>
public sealed class OthersOnTheServerTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    [SkippableFact]
    public async Task A_service_that_could_not_be_reloaded_still_cannot_and_one_that_could_reloads_both()
    {
        using var home = new Deployment(fixture.Lab);

        // As nftables.service does when it stops: what other tests made iptables leave is nobody's.
        await home.VpsAsync("nft flush ruleset");
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.VpsAsync("""
            printf '%s\n' '[Service]' Type=oneshot RemainAfterExit=yes 'ExecStart=/bin/sh -c "echo start >>/run/persistent"' >/etc/systemd/system/netfilter-persistent.service
            systemctl daemon-reload && systemctl start netfilter-persistent
            """);
        try
        {
            await home.DeployAsync();

            Assert.Equal("no\nyes\n", await home.VpsAsync("systemctl show -p CanReload --value netfilter-persistent nftables | grep ."));
            Assert.Equal("start\nstart\n", await home.VpsAsync("systemctl reload-or-restart netfilter-persistent; cat /run/persistent"));
            await home.VpsAsync("systemctl start nftables && systemctl reload nftables && /usr/local/lib/gostbt/firewall check home; systemctl stop nftables");

            // One that learns to reload later gets both when it is started.
            await home.VpsAsync("echo 'ExecReload=/bin/true' >>/etc/systemd/system/netfilter-persistent.service; systemctl daemon-reload; systemctl restart netfilter-persistent");
            Assert.Contains("firewall again", await home.VpsAsync("systemctl show -p ExecReload netfilter-persistent"), StringComparison.Ordinal);
            await home.RemoveAsync();
        }
        finally
        {
            await home.VpsAsync("systemctl stop netfilter-persistent; rm -rf /etc/systemd/system/netfilter-persistent.service* /run/persistent; systemctl daemon-reload");
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task Without_ip6tables_nothing_of_IPv6_is_forwarded_and_IPv4_works()
    {
        using var home = new Deployment(fixture.Lab);
        await home.VpsAsync("mkdir /root/away; for tool in nft ip6tables; do mv /usr/sbin/$tool /root/away/; done");
        try
        {
            var server = await home.DeployAsync();

            Assert.Equal(("Running", null), (server.State, server.PublicAddress6));
            Assert.Equal("1\n0\n", await home.VpsAsync("cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding"));
            await home.RemoveAsync();

            // Lost after the deployment: IPv4 goes on, IPv6 is off and said to be.
            await home.VpsAsync("mv /root/away/ip6tables /usr/sbin/");
            Assert.NotNull((await home.DeployAsync()).PublicAddress6);
            await home.VpsAsync("mv /usr/sbin/ip6tables /root/away/; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding");
            var check = await home.Lab.ShAsync("vps", "/usr/local/lib/gostbt/firewall load home; /usr/local/lib/gostbt/firewall check home");
            Assert.Equal((1, "IPv6 forwarding is off\n", "0\n"), (check.ExitCode, check.Output, await home.VpsAsync("cat /proc/sys/net/ipv6/conf/all/forwarding")));
        }
        finally
        {
            await home.VpsAsync("mv /root/away/* /usr/sbin/; rmdir /root/away");
            if (home.Profiles.Exists(new Model.ProfileName("home"))) await home.RemoveAsync();
            await home.VpsAsync("echo 0 >/proc/sys/net/ipv6/conf/all/forwarding");
        }
    }

    [SkippableFact]
    public async Task A_profile_that_no_longer_uses_IPv6_leaves_its_forwarding_as_it_was()
    {
        const string Forwarding = "cat /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/eth0/forwarding /proc/sys/net/ipv6/conf/eth0/accept_ra";
        using var home = new Deployment(fixture.Lab);
        var before = await home.VpsAsync(Forwarding);
        await home.DeployAsync();
        Assert.StartsWith("1\n", await home.VpsAsync(Forwarding), StringComparison.Ordinal);

        // Another profile does.
        await home.DeployAsync(home.Request("nas", port: 7777));
        await home.DeployAsync(home.Request() with { Mtu = 1200 });
        Assert.StartsWith("1\n", await home.VpsAsync(Forwarding), StringComparison.Ordinal);

        await home.DeployAsync(home.Request("nas", port: 7777) with { Mtu = 1200 });
        Assert.Equal(before, await home.VpsAsync(Forwarding));
        await home.RemoveAsync("nas");
        await home.RemoveAsync();
        Assert.Equal(before, await home.VpsAsync(Forwarding));
    }

    [SkippableFact]
    public async Task A_server_that_gets_nft_later_keeps_nothing_of_iptables()
    {
        const string OfIptables = "for family in iptables ip6tables; do $family-save | grep GOSTBT; done; ls /etc/gostbt/home/firewall.*tables 2>/dev/null; true";
        using var home = new Deployment(fixture.Lab);
        await home.VpsAsync("mkdir /root/away; mv /usr/sbin/nft /root/away/");
        try
        {
            await home.DeployAsync();
            Assert.Contains("GOSTBT-from-gbt-home", await home.VpsAsync(OfIptables), StringComparison.Ordinal);

            // Another address of home's leaves nothing of the former one.
            await home.DeployAsync(home.Request() with { Network = "192.168.130.0/24" });
            Assert.Equal("1\n", await home.VpsAsync("iptables-save | grep -c 'POSTROUTING .*GOSTBT'"));
            Assert.DoesNotContain("192.168.123", await home.VpsAsync("iptables-save"), StringComparison.Ordinal);
        }
        finally
        {
            await home.VpsAsync("mv /root/away/nft /usr/sbin/; rmdir /root/away");
        }

        await home.DeployAsync(home.Request() with { Network = "192.168.123.0/24", Ports = [new Model.PublishedPort(6666), new Model.PublishedPort(7000)] });

        Assert.Equal(string.Empty, await home.VpsAsync(OfIptables));
        await using (var tunnel = await HomeTunnel.StartAsync(home))
        {
            await tunnel.IsReachedAsync(7000);
            Assert.Equal(new IPEndPoint(IPAddress.Parse(home.Lab.Facts.VpsAddress), 7000), await tunnel.SeenFromAsync(7000));
        }

        await home.RemoveAsync();
        await home.VpsAsync("nft flush ruleset");
    }

    [SkippableFact]
    public async Task IPv6_forwarding_that_a_legacy_ip6tables_came_to_need_stays_on()
    {
        using var home = new Deployment(fixture.Lab);
        Skip.If((await home.Lab.ShAsync("vps", "ip6tables-legacy -w 5 -t nat -S")).ExitCode != 0, "this kernel has no ip6tables of the old kind");
        await home.DeployAsync();
        await home.VpsAsync("ip6tables-legacy -w 5 -t nat -A POSTROUTING -s fd00:99::/64 -j MASQUERADE");
        try
        {
            await home.RemoveAsync();

            Assert.Equal("1\n", await home.VpsAsync("cat /proc/sys/net/ipv6/conf/all/forwarding"));
        }
        finally
        {
            // What stayed with it, too: a server that forwards listens to advertisements only with 2.
            await home.VpsAsync("ip6tables-legacy -w 5 -t nat -F POSTROUTING; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding; "
                + "for file in /proc/sys/net/ipv6/conf/*/accept_ra; do [ \"$(cat $file)\" != 2 ] || echo 1 >$file; done");
        }
    }

    [SkippableFact]
    public async Task No_old_password_hash_is_kept_while_it_is_deployed()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await home.VpsAsync("ls -l --time-style=full-iso /etc/*-; sha256sum /etc/*-");
        await home.DeployAsync();

        await home.VpsAsync("[ -z \"$(find /etc/gostbt /var/lib /run -xdev -name '*shadow*')\" ]");
        Assert.Equal(before, await home.VpsAsync("ls -l --time-style=full-iso /etc/*-; sha256sum /etc/*-"));
        await home.RemoveAsync();
        Assert.Equal(before, await home.VpsAsync("ls -l --time-style=full-iso /etc/*-; sha256sum /etc/*-"));
    }

    [SkippableFact]
    public async Task A_download_by_wget_ends_at_a_limit()
    {
        using var home = new Deployment(fixture.Lab);
        var folder = Path.Combine(Repository.Root, "src/GostBt.Core/Server");
        var script = await File.ReadAllTextAsync(Path.Combine(folder, "transaction.sh")) + await File.ReadAllTextAsync(Path.Combine(folder, "fetch.sh"));

        // A server that has no curl, and a wget that would fill its disk.
        var result = await home.Lab.ExecAsync("vps", ["sh", "-c", $"""
            mkdir /root/away && mv /usr/bin/curl /root/away/
            printf '%s\n' '#!/bin/sh' 'while [ "$1" != -O ]; do shift; done; exec head -c 500M /dev/zero >"$2"' >/usr/local/bin/wget
            chmod 755 /usr/local/bin/wget
            GOSTBT_FILES=$(mktemp -d)
            export GOSTBT_FILES
            printf 'gost 00 - 180 http://mirror.example/gost.tar.gz\n' >"$GOSTBT_FILES/fetch"
            sh
            du -m "$GOSTBT_FILES" | cut -f 1
            rm -rf "$GOSTBT_FILES" /usr/local/bin/wget
            mv /root/away/curl /usr/bin/ && rmdir /root/away
            """], script);

        var lines = result.Output.Split('\n');
        Assert.StartsWith("unfetched", lines[0], StringComparison.Ordinal);
        Assert.InRange(int.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture), 1, 66);
    }
}
