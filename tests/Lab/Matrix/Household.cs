using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Lab.Tests.Tunnel;
using GostBt.Server;

namespace GostBt.Lab.Tests.Matrix;

/// <summary>One cell at work: a PC at home that deploys to a VPS, opens its tunnel, is reached by a peer, and takes everything back.</summary>
internal sealed class Household : IAsyncDisposable
{
    private const int Port = 6666;
    private const string Client = "192.168.123.2";

    // Four seconds where nothing else runs; a home whose agent takes the far end for lost starts its engine anew, and again later each time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly RaisedLab _lab;
    private readonly Deployment _home;
    private readonly string _firewall;
    private ServerRequest _request;

    /// <param name="lab">A lab whose VPS nobody has touched but its firewall.</param>
    /// <param name="firewall">One of <see cref="Firewalls"/>, which is there.</param>
    public Household(RaisedLab lab, string firewall)
    {
        _lab = lab;
        _firewall = firewall;
        _home = new Deployment(lab);
        _request = _home.Request();
    }

    /// <summary>The whole life of a deployment, in the order a user lives it.</summary>
    /// <param name="login">One of <see cref="Logins"/>.</param>
    public async Task LiveAsync(string login)
    {
        _request = await Logins.PrepareAsync(login, _home);
        await Firewalls.SettleAsync(_firewall, _lab);
        var before = await VpsSnapshot.TakeAsync(_lab);
        var first = await _home.DeployAsync(_request);
        Assert.True(first.Changed);
        Assert.Equal("Running", first.State);
        await RunsUnprivilegedAsync();

        (await GostBtAsync("start", "home")).Succeeded();
        using (Witness.Start(_lab, "home", Port, Client))
        {
            await IsReachedAsync("the fresh deployment");
            await NothingIsLeftToDoAsync();

            (await _lab.ShAsync("vps", "kill -KILL $(pgrep -x gostbt)")).Succeeded();
            await IsReachedAsync("its engine was killed");

            await _lab.RebootVpsAsync();
            await IsReachedAsync("the server's reboot");
            await NothingIsLeftToDoAsync();
        }

        (await GostBtAsync("down", "home")).Succeeded();
        var removal = await _home.Provisioner.PlanRemovalAsync(_home.Profiles.Load(_request.Name), _request.Ssh, CancellationToken.None);
        await _home.Provisioner.RemoveAsync(removal, CancellationToken.None);
        await Firewalls.SettleAsync(_firewall, _lab);
        await VpsSnapshot.IsStillAsync(before, _lab);
    }

    /// <summary>A deployed server boots without a network, which comes a while later.</summary>
    /// <param name="isUp">What is true on the server once its services have started, as a script of sh.</param>
    public async Task BootUnpluggedAsync(string isUp)
    {
        await _home.DeployAsync(_request);
        (await GostBtAsync("start", "home")).Succeeded();
        using (Witness.Start(_lab, "home", Port, Client))
        {
            await IsReachedAsync("the fresh deployment");

            await _lab.RebootVpsAsync("unplugged");
            await TunnelFixture.EventuallyAsync(
                async () => (await _lab.ShAsync("vps", isUp + " && ss -Hlnt 'sport = :8443' | grep -q .")).ExitCode == 0, Patience, "the services are up without a network");
            Assert.Equal("", (await _lab.ShAsync("vps", "ip -o route show default")).Succeeded());
            await _lab.PlugVpsAsync();

            await IsReachedAsync("the network came");
            await NothingIsLeftToDoAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GostBtAsync("down", "home");
        _request.Ssh.Password?.Dispose();
        _request.Ssh.SudoPassword?.Dispose();
        _request.Ssh.KeyPassphrase?.Dispose();
        _home.Dispose();
    }

    private Task<CommandResult> GostBtAsync(params string[] arguments) =>
        _lab.ExecAsync("home", ["env", $"GOSTBT_HOME={_home.Folder}", PublishedHost.Path, .. arguments]);

    /// <summary>A peer reaches the published port over TCP and UDP, and home sees the peer's own address and port.</summary>
    private async Task IsReachedAsync(string after)
    {
        var (server, peer) = (_lab.Facts.VpsAddress, _lab.Facts.AddressOf("peer1"));
        await TunnelFixture.EventuallyAsync(
            async () => (await Witness.AskTcpAsync(_lab, "peer1", server, Port))?.Address.ToString() == peer,
            Patience,
            $"a peer is seen over TCP after {after}");
        await TunnelFixture.EventuallyAsync(
            async () => (await Witness.AskUdpAsync(_lab, "peer1", server, Port, sourcePort: 31007))?.ToString() == $"{peer}:31007",
            Patience,
            $"a peer is seen over UDP after {after}");
    }

    private async Task NothingIsLeftToDoAsync()
    {
        var plan = await _home.Provisioner.PlanAsync(_request, CancellationToken.None);
        Assert.Empty(plan.Steps);
    }

    /// <summary>The engine is no root, and of root's powers it has the one over the network's set-up.</summary>
    private async Task RunsUnprivilegedAsync()
    {
        var status = (await _lab.ShAsync("vps", "grep -E '^(Uid|Cap(Eff|Prm|Amb|Bnd)|NoNewPrivs):' /proc/$(pgrep -x gostbt)/status")).Succeeded();
        Assert.DoesNotContain("Uid:\t0", status, StringComparison.Ordinal);
        foreach (var set in new[] { "CapPrm", "CapEff", "CapBnd", "CapAmb" }) Assert.Contains($"{set}:\t0000000000001000", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
    }
}
