using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using GostBt.Server;

namespace GostBt.Lab.Tests.Server;

/// <summary>A deployment whose rules shut ssh out, watched from outside.</summary>
internal static class LockOut
{
    /// <summary>Has the firewall's program hang, whatever it is told, at its first awk: that is after the profile's rules are loaded.</summary>
    public const string Hang = """
        printf '%s\n' '#!/bin/sh' 'mkdir /run/hung 2>/dev/null || exec /usr/bin/awk "$@"' "trap '' TERM" 'while :; do sleep 1; done' >/usr/local/sbin/awk
        chmod 755 /usr/local/sbin/awk
        """;

    /// <summary>Takes that away.</summary>
    public const string Unhang = "rm -f /usr/local/sbin/awk; rmdir /run/hung; ";

    /// <summary>Plans a first deployment of that kind.</summary>
    public static async Task<ServerPlan> PlanAsync(Deployment home)
    {
        var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        var hostile = NftRenderer.Render(FirewallPlan.For(plan.Profile, plan.Facts))
            + "table inet gostbt_home { chain hostile { type filter hook input priority -300; tcp dport 22 drop; }; }\n";
        var path = Assert.Single(plan.Upload, file => file.Path.EndsWith("firewall.nft", StringComparison.Ordinal)).Path;
        return plan with { Upload = [.. plan.Upload.Select(file => file.Path == path ? PlannedFile.OfText(path, file.Mode, file.Group, hostile) : file)] };
    }

    /// <summary>Applies it, which fails; ssh goes, and comes back within half a minute.</summary>
    public static async Task RunAsync(Deployment home, ServerPlan plan)
    {
        var running = Assert.ThrowsAnyAsync<Exception>(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
        Assert.True(await UntilAsync(home.Lab, greeted: false, TimeSpan.FromSeconds(60)), "ssh was never locked out: the test tests nothing");
        var locked = Stopwatch.StartNew();
        Assert.True(await UntilAsync(home.Lab, greeted: true, TimeSpan.FromSeconds(60)), "ssh did not come back");
        Assert.InRange(locked.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Console.WriteLine(FormattableString.Invariant($"ssh was shut out for {locked.Elapsed.TotalSeconds:0.0} s"));
        await running;
    }

    // Whether sshd comes to greet, or to be silent, in time.
    private static async Task<bool> UntilAsync(RaisedLab lab, bool greeted, TimeSpan patience)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < patience;)
        {
            if (await GreetsAsync(lab) == greeted)
            {
                return true;
            }

            await Task.Delay(100);
        }

        return false;
    }

    private static async Task<bool> GreetsAsync(RaisedLab lab)
    {
        using var socket = NodeSocket.Create(lab, "peer1", SocketType.Stream, AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(lab.Facts.VpsAddress), 22, patience.Token);
            return await socket.ReceiveAsync(new byte[4], patience.Token) > 0;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
