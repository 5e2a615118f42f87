using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Lab.Tests.Tunnel;
using GostBt.Model;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Lab.Tests.Systems;

/// <summary>What sysvinit does not do and GostBt's supervisor does there: restart, watch the firewall, bound the log, wait for the rollback.</summary>
[Collection(AloneCollection.Name)]
public sealed class SysvTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static string Functions => File.ReadAllText(Path.Combine(Repository.Root, "src/GostBt.Core/Server/service-sysv.sh"));

    [SkippableFact]
    public async Task Services_are_kept_up_and_two_profiles_go_one_by_one()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        using var home = new Deployment(lab);
        var before = await VpsSnapshot.TakeAsync(lab);
        await home.DeployAsync();
        await home.DeployAsync(home.Request("nas-2", port: 7777) with { TunnelPort = 443, TunPort = 8422, Network = "192.168.124.0/24" });
        Assert.Equal("running\nrunning\n", await home.VpsAsync("/etc/init.d/gostbt_home status; /etc/init.d/gostbt_nas-2 status"));

        // Another firewall's restart flushes everything; our rules come back.
        await home.VpsAsync("/etc/init.d/nftables restart && ! nft list tables | grep gostbt");
        await EventuallyAsync(lab, "/usr/local/lib/gostbt/firewall check home && /usr/local/lib/gostbt/firewall check nas-2", "the rules are loaded again");

        // Whoever ignores signals starts and stops it all the same, and never twice.
        await home.VpsAsync("trap '' HUP INT TERM PIPE; for i in 1 2 3; do timeout -k 1 8 /etc/init.d/gostbt_home restart || exit; done");
        Assert.Equal("2\n", await home.VpsAsync("pgrep -cx gostbt"));
        Assert.Equal("2\n", await home.VpsAsync("ps axo sid,pid,args | awk '$1 == $2 && /supervise run/ && !/awk/' | wc -l"));

        // An engine that cannot start is tried again and does not stop the boot; its log says why.
        await home.VpsAsync("mv /etc/gostbt/home/engine.yaml /etc/gostbt/home/kept && /etc/init.d/gostbt_home restart");
        await EventuallyAsync(lab, "[ $(grep -c 'the engine ended with exit code' /var/log/gostbt/home.log) -ge 2 ]", "the engine is started again and again");
        await home.VpsAsync("mv /etc/gostbt/home/kept /etc/gostbt/home/engine.yaml");
        await EventuallyAsync(lab, "ss -Hlnt 'sport = :8443' | grep -q .", "the engine starts once it can");

        await home.RemoveAsync();
        Assert.Equal("running\n", await home.VpsAsync("/etc/init.d/gostbt_nas-2 status"));
        await home.RemoveAsync("nas-2");
        await VpsSnapshot.IsStillAsync(before, lab);
        Assert.Equal("", (await lab.ShAsync("vps", "ls -d /var/log/gostbt; pgrep -af supervise | grep -v pgrep")).Output);
    }

    [SkippableFact]
    public async Task After_a_power_cut_in_the_middle_the_boot_takes_it_back()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        using var home = new Deployment(lab);
        var before = await VpsSnapshot.TakeAsync(lab);
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);

        // Writing its manifest takes forever; by then everything is placed and enabled, and the firewall is loaded.
        await home.VpsAsync("printf '%s\\n' '#!/bin/sh' 'case \"$*\" in *engine.yaml*) : >/run/cut-now; sleep 60 ;; esac' 'exec /usr/bin/sha256sum \"$@\"' >/usr/local/sbin/sha256sum; chmod 755 /usr/local/sbin/sha256sum");
        var applying = Record.ExceptionAsync(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
        await EventuallyAsync(lab, "[ -e /run/cut-now ] && /usr/local/lib/gostbt/firewall check home", "the deployment is in its middle");
        await lab.RebootVpsAsync("cut");

        await EventuallyAsync(lab, "[ ! -e /var/lib/gostbt ] && [ ! -e /run/gostbt ]", "the boot has taken it back");
        Assert.IsType<GostBtException>(await applying);
        await home.VpsAsync("rm /usr/local/sbin/sha256sum");
        await VpsSnapshot.IsStillAsync(before, lab);
        Assert.Equal("Running", (await home.DeployAsync()).State);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gost_runs_there_and_serves_the_certificate_that_is_renewed(bool newKey)
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        using var home = new Deployment(lab);
        var server = await home.DeployAsync(home.Request() with { ServerEngine = new ServerEngine { Kind = EngineKind.Gost, File = GostRelease.Program } });
        Assert.Equal("gost by hand", server.Engine);
        await using var tunnel = await HomeTunnel.StartAsync(home);
        await tunnel.IsReachedAsync();

        // It ends only when what is served from then on was seen from here.
        var profile = home.Profiles.Load(new ProfileName("home"));
        var renewed = await home.Rotation.RunAsync(profile.Name, SshOptions.For(profile), newKey, CancellationToken.None);

        Assert.Equal(newKey, renewed.KeyChanged);
        Assert.Matches("^/usr/local/lib/gostbt/gost-[0-9a-f]{12} -C ", await home.VpsAsync("tr '\\0' ' ' <\"/proc/$(cat /run/gostbt-service/home.pid)/cmdline\""));
        Assert.Empty((await home.CheckAsync()).Findings);
        await tunnel.IsReachedAsync();
    }

    [SkippableFact]
    public async Task A_firewall_that_hangs_with_ssh_shut_out_is_taken_back_there_too()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        using var home = new Deployment(lab);
        var before = await VpsSnapshot.TakeAsync(lab);
        var plan = await LockOut.PlanAsync(home);
        await home.VpsAsync(LockOut.Hang);

        await LockOut.RunAsync(home, plan);

        await home.VpsAsync(LockOut.Unhang + TakingBack.Settled);
        await VpsSnapshot.IsStillAsync(before, lab);
    }

    // As at a boot that starts what a rollback is just taking back: it would live on, and take its device from the next deployment.
    [SkippableFact]
    public async Task A_start_that_meets_a_stop_leaves_nobody_whom_no_stop_finds()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        await SuperviseAsync(lab, "race");

        (await lab.ShAsync(
            "vps",
            "cd /usr/local/lib/gostbt; for i in $(seq 100 139); do setsid ./supervise run race daemon +net_admin sleep 600 >/dev/null 2>&1 & sleep 0.0${i#1}; ./supervise stop race || exit; done")).Succeeded();

        // Whoever came after its stop is found by the next.
        await EventuallyAsync(lab, "/usr/local/lib/gostbt/supervise stop race && ! pgrep -f '[s]upervise run race'", "all of them have ended");
    }

    [SkippableFact]
    public async Task One_whose_init_script_is_gone_ends()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        await SuperviseAsync(lab, "gone");
        (await lab.ShAsync("vps", "rm /run/gostbt-firewall/gone && /usr/local/lib/gostbt/supervise start gone daemon +net_admin sleep 600")).Succeeded();

        (await lab.ShAsync("vps", "rm /etc/init.d/gostbt_gone")).Succeeded();

        await EventuallyAsync(lab, "! pgrep -f '[s]upervise run gone'", "its supervisor has ended");
    }

    [SkippableFact]
    public async Task The_log_is_bounded_and_the_timer_waits_for_nobody()
    {
        await using var lab = await RaisedLab.OfSystemAsync("debian12-sysv");
        (await lab.ExecAsync("vps", ["sh", "-c", "cat >/tmp/functions"], Functions)).Succeeded();
        await SuperviseAsync(lab, "flood");

        // 3 MB of lines.
        await ShAsync("/usr/local/lib/gostbt/supervise start flood daemon +net_admin sh -c 'yes 0123456789012345678901234567890123456789012345678 | head -n 60000; echo all; exec sleep 600'");
        await EventuallyAsync(lab, "tail -n 1 /var/log/gostbt/flood.log | grep -qx all", "the flood is over");
        Assert.InRange(
            long.Parse(await ShAsync("cat /var/log/gostbt/flood.log* | wc -c"), CultureInfo.InvariantCulture), 1 << 20, (2 << 20) + 4096);
        Assert.Equal("daemon\n", await ShAsync("ps -o user= -p $(cat /run/gostbt-service/flood.pid)"));
        await ShAsync("/usr/local/lib/gostbt/supervise stop flood && ! pgrep -f '[s]leep 600'");

        await ShAsync("printf 'echo \"$1\" >>/tmp/fired\\n' >/tmp/rollback.sh; . /tmp/functions; timer_arm kept 2 /tmp/rollback.sh; timer_arm gone 2 /tmp/rollback.sh; timer_disarm gone");
        await EventuallyAsync(lab, "grep -q . /tmp/fired", "the timer fires after its session has ended");
        await ShAsync("sleep 1");
        Assert.Equal("kept\n", await ShAsync("cat /tmp/fired; ls /run/gostbt-service/timers"));

        async Task<string> ShAsync(string script) => (await lab.ShAsync("vps", script)).Succeeded();
    }

    // What a deployment would have placed, as far as the supervisor looks at it.
    private static async Task SuperviseAsync(RaisedLab lab, string name)
    {
        var supervise = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src/GostBt.Core/Server/supervise.sh"));
        (await lab.ExecAsync("vps", ["sh", "-c", "install -D -m 755 /dev/stdin /usr/local/lib/gostbt/supervise"], supervise)).Succeeded();
        (await lab.ShAsync(
            "vps",
            "printf '#!/bin/sh\\n' | tee /usr/local/lib/gostbt/firewall >/etc/init.d/gostbt_" + name + "; chmod 755 /usr/local/lib/gostbt/firewall /etc/init.d/gostbt_" + name
            + "; mkdir -p /run/gostbt-firewall; : >/run/gostbt-firewall/" + name)).Succeeded();
    }

    private static Task EventuallyAsync(RaisedLab lab, string condition, string what) =>
        TunnelFixture.EventuallyAsync(async () => (await lab.ShAsync("vps", condition)).ExitCode == 0, Patience, what);
}
