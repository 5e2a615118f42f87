using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class TakeBackTests
{
    [Fact]
    public async Task A_journal_that_cannot_be_written_does_not_keep_what_comes_after()
    {
        using var folder = new TemporaryFolder();
        var files = new AgentFiles(new GostBtPaths(folder["config"], folder["state"]), new ProfileName("home"));
        files.CreateFolder();
        var journal = UndoJournal.Open(files, [], warning => Assert.Fail(warning));
        journal.Note(UndoStep.OfEngine("/state/home/engine.yaml"));
        File.Delete(files.Journal);
        Directory.CreateDirectory(files.Journal);
        var warnings = new List<string>();

        await TunnelAgent.TakeBackAsync(journal, new NoPlatform(), warnings.Add);

        Assert.Contains("journal", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_was_made_in_an_earlier_boot_is_taken_for_nobody_s_and_forgotten()
    {
        Skip.If(BootId.Current is null, "the system does not tell its boots apart");
        RouteStep[] steps =
        [
            new TunDevice("gost_tun"),
            new DeviceLink("gost_tun", 1420),
            new DeviceAddress("gost_tun", "192.168.123.2", 24),
            new DefaultRoute("gost_tun", 552201, null),
            new SourceRule("192.168.123.2", 552201, 5200),
            new ThrowRoute(1_900_552_201),
            new TunnelGuard("gost_tun", string.Empty),
        ];
        foreach (var step in steps)
        {
            using var folder = new TemporaryFolder();
            var files = new AgentFiles(new GostBtPaths(folder["config"], folder["state"]), new ProfileName("home"));
            files.CreateFolder();
            UndoJournal.Open(files, [], warning => Assert.Fail(warning)).Note(UndoStep.Of(step));
            var written = File.ReadAllText(files.Journal);
            File.WriteAllText(files.Journal, written.Replace(BootId.Current, "0a1b2c3d-0000-0000-0000-000000000000", StringComparison.Ordinal));
            var journal = UndoJournal.Open(files, [], warning => Assert.Fail(warning));

            // A platform without a way to touch anything.
            await TunnelAgent.TakeBackAsync(journal, new NoPlatform(), warning => Assert.Fail(warning));

            Assert.Empty(journal.Steps);
            Assert.False(File.Exists(files.Journal));
            journal.Note(UndoStep.Of(step));
            await Assert.ThrowsAsync<NotSupportedException>(() => TunnelAgent.TakeBackAsync(journal, new NoPlatform(), _ => { }));
        }
    }

    [Fact]
    public async Task An_opening_of_the_firewall_outlives_a_boot()
    {
        using var folder = new TemporaryFolder();
        var files = new AgentFiles(new GostBtPaths(folder["config"], folder["state"]), new ProfileName("home"));
        files.CreateFolder();
        var journal = UndoJournal.Open(files, [], warning => Assert.Fail(warning));
        journal.Note(UndoStep.Of(new FirewallOpening("gost_tun", "6666", "6666")));
        Assert.DoesNotContain("boot", File.ReadAllText(files.Journal), StringComparison.Ordinal);

        await Assert.ThrowsAsync<NotSupportedException>(() => TunnelAgent.TakeBackAsync(journal, new NoPlatform(), _ => { }));
    }

    private sealed class NoPlatform : ITunnelPlatform
    {
        public bool IsWindows => false;

        public IRouteManager Routes => throw new NotSupportedException();

        public bool HasIPv6 => false;

        public INetworkWatch WatchNetwork() => throw new NotSupportedException();

        public RoutePlan Plan(Profile profile) => throw new NotSupportedException();

        public TunnelGuard? Guard(Profile profile, IReadOnlyList<PublishedPort> ports) => null;

        public Task LetInAsync(Profile profile, int port, TimeSpan time, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ShutAsync(Profile profile) => Task.CompletedTask;

        public void TieEngines()
        {
        }

        public void NoteEngine(string configurationPath, int processId)
        {
        }

        public void RequireTunnelRights()
        {
        }

        public string? StartOf(int processId) => null;

        public bool MayBe(int processId, string start) => false;

        public void AskToEnd(int processId, string start)
        {
        }

        public Task EndEnginesAsync(string configurationPath, TimeSpan grace) => Task.CompletedTask;
    }
}
