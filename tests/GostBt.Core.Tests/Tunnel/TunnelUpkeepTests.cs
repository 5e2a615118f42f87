using GostBt.Core.Tests.Routing.Windows;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Routing.Windows;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

/// <summary>The firewall's opening while ports come and go, over a system that only notes what it is told.</summary>
public sealed class TunnelUpkeepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProfileStore _profiles;
    private readonly NotedRoutes _routes = new();
    private readonly TunnelUpkeep _upkeep;

    public TunnelUpkeepTests()
    {
        var paths = new GostBtPaths(_folder["config"], _folder["state"]);
        _profiles = new ProfileStore(paths);
        _profiles.Save(Samples.Profile);
        var files = new AgentFiles(paths, Samples.Profile.Name);
        files.CreateFolder();
        var rules = new FakeFirewallRules();
        var plan = new RoutePlan([]);
        var engine = new EngineProgram(EngineKind.Bundled, "gostbt", ["engine"]);
        _upkeep = new TunnelUpkeep(
            new AgentContext
            {
                Profile = Samples.Profile,
                Plan = plan,
                Tun = engine,
                Bundled = engine,
                Configuration = new TunnelConfiguration(Samples.Profile, Samples.Secrets, files, onWindows: true),
                Server = new PinnedServer(_profiles, Samples.Profile.Name, files.Certificate, Samples.Secrets.CertificatePem),
                Ports = new StoredPorts(_profiles, Samples.Profile),
                Traffic = new TrafficMeter(),
                Files = files,
                Platform = new WindowsTunnelPlatform(new WindowsSystem(), _routes, new WindowsFirewall(rules)),
                Journal = UndoJournal.Open(files, [], warning => Assert.Fail(warning)),
                Log = new AgentLog(files.Log),
                Secret = Samples.Secrets.Password,
            },
            plan);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_let_in_before_is_taken_back_also_where_that_failed_at_first()
    {
        await _upkeep.MakeAsync(CancellationToken.None);
        await PublishAsync(new PublishedPort(7000));
        _routes.Refuses = true;
        await _upkeep.PutBackAsync(CancellationToken.None);
        Assert.NotNull(_upkeep.Finding);

        // Not with each look, or a firewall that refuses would be asked for ever: there is nothing new to let in.
        Assert.False(_upkeep.PortsChanged());
        _routes.Refuses = false;
        _routes.Calls.Clear();
        await _upkeep.PutBackAsync(CancellationToken.None);

        Assert.Equal(["undo firewall opening on gost_tun: tcp 6666 udp 6666", "apply firewall opening on gost_tun: tcp 7000 udp 7000"], _routes.Calls);
        Assert.Null(_upkeep.Finding);
    }

    private async Task PublishAsync(params PublishedPort[] ports)
    {
        var before = _profiles.Written(Samples.Profile.Name);
        do
        {
            // The clock of some file systems is coarse.
            await Task.Delay(10);
            _profiles.Save(Samples.Profile with { Ports = ports });
        }
        while (_profiles.Written(Samples.Profile.Name) == before);
        Assert.True(_upkeep.PortsChanged());
    }

    private sealed class NotedRoutes : IRouteManager
    {
        public List<string> Calls { get; } = [];

        public bool Refuses { get; set; }

        public Task<uint> WorstDefaultMetricAsync(string exceptInterface, CancellationToken cancellationToken) => Task.FromResult(0u);

        public Task<bool> IsPresentAsync(RouteStep step, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task ApplyAsync(RouteStep step, CancellationToken cancellationToken) => CallAsync("apply " + step);

        public Task UndoAsync(RouteStep step, CancellationToken cancellationToken) => CallAsync("undo " + step);

        private Task CallAsync(string call)
        {
            Calls.Add(call);
            return Refuses ? throw new GostBtException(GostBtFailure.TunnelFailed, "netsh does nothing.", "Start its service.") : Task.CompletedTask;
        }
    }
}
