using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Gost.Supply;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Server;

namespace GostBt.Lab.Tests.Server;

/// <summary>A server that runs a real gost, by each way it can get there.</summary>
[Collection(LabCollection.Name)]
public sealed class GostEngineTests(LabFixture fixture)
{
    private const string Command = "tr '\\0' ' ' <\"/proc/$(systemctl show -p MainPID --value gostbt@home)/cmdline\"";

    [SkippableFact]
    public async Task The_server_fetches_it_and_the_tunnel_works_over_it()
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        var lab = home.Lab;
        var before = await VpsSnapshot.TakeAsync(lab);
        using var mirror = InLab(lab, GostRelease.Archive, cutAt: 5_000_000);

        var server = await home.DeployAsync(home.Request() with { ServerEngine = Gost(mirror) });

        Assert.Equal("gost 3.2.6", server.Engine);
        Assert.InRange(server.RoundTrips, 1, 6);
        Assert.Equal("/usr/local/lib/gostbt/gost-3.2.6 -C /etc/gostbt/home/engine.yaml ", await home.VpsAsync(Command));
        Assert.Equal([(IPAddress.Parse(lab.Facts.VpsAddress), 0), (IPAddress.Parse(lab.Facts.VpsAddress), 5_000_000)], mirror.Requests);
        var again = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
        Assert.Empty(again.Steps);

        // Over gost on the server and the bundled engine here.
        await using (var tunnel = await HomeTunnel.StartAsync(home)) await tunnel.IsReachedAsync();

        var engines = await new ServerEngines(home.Connector, new GostBt.Tunnel.HostBinaries()).GetAsync(again.Profile, again.Ssh, CancellationToken.None);
        Assert.Equal(["Bundled False True", "Gost True True"], engines.Select(engine => $"{engine.Kind} {engine.Preferred} {engine.Verified}"));

        var back = await home.DeployAsync(home.Request() with { ServerEngine = new ServerEngine { Kind = EngineKind.Bundled } });
        Assert.StartsWith("bundled", back.Engine, StringComparison.Ordinal);
        Assert.Matches("^/usr/local/lib/gostbt/[0-9a-f]{16}/gostbt engine ", await home.VpsAsync(Command));
        Assert.Matches("^[0-9a-f]{16}\nfirewall\n$", await home.VpsAsync("ls /usr/local/lib/gostbt"));

        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, lab);
    }

    [SkippableFact]
    public async Task What_the_server_cannot_reach_is_fetched_here_and_sent()
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var mirror = new ReleaseMirror(socket, new IPEndPoint(IPAddress.Loopback, 0), GostRelease.Archive);

        var server = await home.DeployAsync(home.Request() with { ServerEngine = Gost(mirror) });

        Assert.Equal("gost 3.2.6", server.Engine);
        Assert.Equal([(IPAddress.Loopback, 0)], mirror.Requests);
        Assert.Contains(home.Verbose, line => line.Contains("It is sent from here", StringComparison.Ordinal));
        Assert.Equal("active\n", await home.VpsAsync("systemctl is-active gostbt@home"));
        Assert.Empty((await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None)).Steps);
        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task What_does_not_come_in_time_is_sent()
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        using var mirror = InLab(home.Lab, GostRelease.Archive, trickles: true);
        var archive = Path.Combine(home.Folder, GostRelease.Name);
        await File.WriteAllBytesAsync(archive, GostRelease.Archive);
        var installer = new GostInstaller(new GostStore(home.Paths.Engines), home);
        var given = new GostInstallRequest { Version = GostVersion.Parse("3.2.6"), Platform = GostPlatform.OfServer("x86_64"), File = archive };
        await installer.InstallAsync(installer.Plan(given), CancellationToken.None);
        var plan = await home.Provisioner.PlanAsync(home.Request() with { ServerEngine = Gost(mirror) }, CancellationToken.None);
        plan = plan with { Upload = [.. plan.Upload.Select(Hasten)] };

        var watch = Stopwatch.StartNew();
        var server = await home.Provisioner.ApplyAsync(plan, CancellationToken.None);

        Assert.Equal("gost 3.2.6", server.Engine);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        Assert.Contains(home.Verbose, line => line.Contains("It is sent from here", StringComparison.Ordinal));
        Assert.All(mirror.Requests, request => Assert.Equal(IPAddress.Parse(home.Lab.Facts.VpsAddress), request.From));
        Assert.Empty((await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None)).Steps);
        await home.RemoveAsync();

        static PlannedFile Hasten(PlannedFile file) => file with { Fetch = file.Fetch is { } fetch ? fetch with { Patience = TimeSpan.FromSeconds(5) } : null };
    }

    [SkippableFact]
    public async Task Other_bytes_are_refused_by_the_server_and_it_stays_as_it_was()
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        using var mirror = InLab(home.Lab, [.. GostRelease.Archive[..^1], 1]);

        var error = await Assert.ThrowsAsync<GostBtException>(() => home.DeployAsync(home.Request() with { ServerEngine = Gost(mirror) }));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Contains(GostRelease.Hash, error.Message, StringComparison.Ordinal);
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_file_given_by_hand_is_sent()
    {
        Skip.If(GostRelease.Program is null, GostRelease.Missing);
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);

        var server = await home.DeployAsync(home.Request() with { ServerEngine = new ServerEngine { Kind = EngineKind.Gost, File = GostRelease.Program } });

        Assert.Equal("gost by hand", server.Engine);
        Assert.Matches("^/usr/local/lib/gostbt/gost-[0-9a-f]{12} -C ", await home.VpsAsync(Command));
        await home.RemoveAsync();
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    private static ServerEngine Gost(ReleaseMirror mirror) => new() { Kind = EngineKind.Gost, Mirror = mirror.Address, Checksum = GostRelease.Hash };

    private static ReleaseMirror InLab(RaisedLab lab, byte[] archive, int cutAt = 0, bool trickles = false) => new(
        NodeSocket.Create(lab, "tracker", SocketType.Stream, AddressFamily.InterNetwork),
        new IPEndPoint(IPAddress.Parse(lab.Facts.AddressOf("tracker")), 8000),
        archive,
        cutAt,
        trickles);
}
