using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class UndoJournalTests : IDisposable
{
    private static readonly UndoStep Engine = UndoStep.OfEngine("/state/home/engine.yaml");
    private static readonly UndoStep Rule = UndoStep.Of(new SourceRule("192.168.123.2", 552201, 5200));
    private static readonly UndoStep Route = UndoStep.Of(new DefaultRoute("gost_tun", null, 1000));
    private static readonly UndoStep TableRoute = UndoStep.Of(new DefaultRoute("gost_tun", 552201, null));

    private static readonly UndoStep Address6 = UndoStep.Of(new DeviceAddress("gost_tun", "fd7a::2", 64));
    private static readonly UndoStep Route6 = UndoStep.Of(new DefaultRoute("gost_tun", 552201, 1024, ForIPv6: true));
    private static readonly UndoStep Rule6 = UndoStep.Of(new SourceRule("fd7a::2", 552201, 5200));

    private static readonly UndoStep Opening = UndoStep.Of(new FirewallOpening("gost_tun", "6666,6881-6889", string.Empty));

    private static readonly UndoStep Guard = UndoStep.Of(new TunnelGuard("gost_tun", string.Empty));

    private static readonly UndoStep Settings = UndoStep.Of(new DeviceSettings("gost_tun", 1000, 1420));
    private static readonly UndoStep Settings6 = UndoStep.Of(new DeviceSettings("gost_tun", 1000, 1420, ForIPv6: true));

    private static readonly UndoStep Device = UndoStep.Of(new TunDevice("gost_tun"));
    private static readonly UndoStep Link = UndoStep.Of(new DeviceLink("gost_tun", 1420));
    private static readonly UndoStep End = UndoStep.Of(new ThrowRoute(1_900_552_201));

    private static readonly UndoStep[] All = [Engine, TableRoute, Rule];

    private readonly TemporaryFolder _folder = new();
    private readonly AgentFiles _files;

    public UndoJournalTests()
    {
        _files = new AgentFiles(new GostBtPaths(_folder["config"], _folder["state"]), new ProfileName("home"));
        _files.CreateFolder();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_noted_is_on_disk_before_the_change_is_made()
    {
        var journal = Open();
        journal.Note(Engine);
        journal.Note(TableRoute);
        journal.Note(Rule);
        journal.Note(Route);
        journal.Note(Address6);
        journal.Note(Route6);
        journal.Note(Rule6);
        journal.Note(Opening);
        journal.Note(Guard);
        journal.Note(Settings);
        journal.Note(Settings6);
        journal.Note(Device);
        journal.Note(Link);
        journal.Note(End);

        Assert.Equal([Engine, TableRoute, Rule, Route, Address6, Route6, Rule6, Opening, Guard, Settings, Settings6, Device, Link, End], Open().Steps);
    }

    [Fact]
    public void A_change_that_could_not_be_noted_is_not_taken_for_noted()
    {
        Note(Engine);
        var journal = Open();
        var refused = Refuse();

        Assert.ThrowsAny<Exception>(() => journal.Note(Rule));
        Assert.ThrowsAny<Exception>(() => journal.Note(Rule));
        Assert.Equal([Engine], journal.Steps);

        refused();
        journal.Note(Rule);
        Assert.Equal([Engine, Rule], Open().Steps);
    }

    [Fact]
    public void What_was_taken_back_stays_noted_while_that_cannot_be_written()
    {
        Note(Engine, Opening, Rule);
        var journal = Open();
        var refused = Refuse();

        Assert.ThrowsAny<Exception>(() => journal.Forget(Opening));
        Assert.Equal([Engine, Opening, Rule], journal.Steps);

        refused();
        journal.Forget(Opening);
        Assert.Equal([Engine, Rule], Open().Steps);
    }

    [Fact]
    public void A_journal_of_an_earlier_version_is_taken_back_with_its_route_of_metric_1000()
    {
        File.WriteAllText(_files.Journal, """
            steps:
            - tun: gost_tun
              boot: 0a1b2c3d-0000-0000-0000-000000000000
            - address: 192.168.123.2
              length: 24
              device: gost_tun
            - route: gost_tun
              metric: 1000
            count: 3

            """);

        var steps = Open().Steps;

        RouteStep[] routes = [new TunDevice("gost_tun"), new DeviceAddress("gost_tun", "192.168.123.2", 24), new DefaultRoute("gost_tun", null, 1000)];
        Assert.Equal(routes, steps.Select(step => step.Route));
        Assert.Equal([true, false, false], steps.Select(step => step.WentWithItsBoot));
    }

    [Fact]
    public void The_last_change_is_taken_back_first_and_the_file_goes()
    {
        Note(Engine, Rule, Route);
        var undone = new List<UndoStep>();

        var problems = Replay(Open(), undone.Add);

        Assert.Empty(problems);
        Assert.Equal([Route, Rule, Engine], undone);
        Assert.False(File.Exists(_files.Journal));
    }

    [Fact]
    public void What_cannot_be_taken_back_stays_noted_and_does_not_keep_the_rest()
    {
        Note(Engine, Rule, Route);

        var problems = Replay(Open(), step =>
        {
            if (step == Rule)
                throw new GostBtException(GostBtFailure.TunnelFailed, "no", "no");
        });

        Assert.Single(problems);
        Assert.Equal([Rule], Open().Steps);
    }

    [Fact]
    public void What_was_taken_back_already_is_noted_no_longer()
    {
        Note(Rule, Opening);
        var journal = Open();

        journal.Forget(Opening);

        Assert.Equal([Rule], Open().Steps);
    }

    [Fact]
    public async Task What_is_kept_stays_as_it_is_and_noted()
    {
        Note(Device, Engine, Link, Rule);
        var undone = new List<UndoStep>();

        var problems = await Open().ReplayAsync(
            step =>
            {
                undone.Add(step);
                return Task.CompletedTask;
            },
            step => step == Device || step == Link);

        Assert.Empty(problems);
        Assert.Equal([Rule, Engine], undone);
        Assert.Equal([Device, Link], Open().Steps);
    }

    [Fact]
    public void Whatever_a_profile_s_tunnel_made_is_taken_back_with_the_device_last_when_its_engine_let_go_of_it()
    {
        var all = UndoStep.All(_files, RoutePlan.For(Samples.Profile));

        Assert.Equal([Device, Guard, UndoStep.OfEngine(_files.Engine), UndoStep.OfEngine(_files.Proxy), Link], all.Take(5));
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void The_firewall_s_opening_is_part_of_what_a_tunnel_can_have_made()
    {
        var opening = UndoStep.Of(new FirewallOpening("gost_tun", string.Empty, string.Empty));

        Assert.Equal(opening, UndoStep.All(_files, RoutePlan.For(Samples.Profile))[^1]);
        Assert.Equal(opening, UndoStep.All(_files, RoutePlan.ForWindows(Samples.Profile))[^1]);
        Assert.DoesNotContain(opening, UndoStep.All(_files, plan: null));
    }

    [Fact]
    public void A_step_repeated_by_a_restart_is_noted_once()
    {
        Note(Rule, Rule);

        Assert.Equal([Rule], Open().Steps);
    }

    [Theory]
    [InlineData("steps:\n- rule: 192.168.123.2\n  tabel: 7\n")]
    [InlineData("steps:\n- rule: 192.168.123.2\n  table: 55")]
    [InlineData("steps:\n- rule: 192.1")]
    [InlineData("steps:\n- engine: /state/home/engine.yaml\n- rul")]
    [InlineData("steps:\n- rule: 192.168.123.2\n  table: many\n")]
    [InlineData("steps:\n")]
    [InlineData("steps: []\n")]
    [InlineData("st")]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("\u0001[{")]
    public void A_journal_that_cannot_be_read_or_was_cut_off_is_set_aside_and_everything_of_the_profile_taken_back(string content)
    {
        File.WriteAllText(_files.Journal, content);
        var warnings = new List<string>();

        var journal = UndoJournal.Open(_files, All, warnings.Add);

        Assert.Equal(All, journal.Steps);
        Assert.Equal(All, Open().Steps);
        Assert.Equal(content, File.ReadAllText(_files.Journal + ".unreadable"));
        Assert.Contains(".unreadable", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_journal_that_the_system_does_not_let_be_read_now_stays_where_it_is()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        Note(Engine, Rule);
        var away = _files.Journal + ".away";
        File.Move(_files.Journal, away);
        File.CreateSymbolicLink(_files.Journal, "/proc/self/mem"); // whose first page is an input/output error

        var error = Assert.Throws<GostBtException>(() => UndoJournal.Open(_files, All, warning => Assert.Fail(warning)));

        Assert.Contains(_files.Journal, error.Remedy, StringComparison.Ordinal);
        File.Move(away, _files.Journal, overwrite: true);
        Assert.Equal([Engine, Rule], Open().Steps);
        Assert.False(File.Exists(_files.Journal + ".unreadable"));
    }

    [Fact]
    public void Each_step_is_noted_with_the_boot_it_was_made_in_but_what_outlives_a_boot()
    {
        UndoStep[] here = [Engine, TableRoute, Rule, Address6, Guard, Settings, Device, Link, End, Opening];
        const string Earlier = "0a1b2c3d-0000-0000-0000-000000000000";
        UndoStep[] before = [.. here.Where(step => step.Route is not (null or FirewallOpening)).Select(step => UndoStep.Of(step.Route!, Earlier))];
        Note([.. before, .. here]);

        var steps = Open().Steps;

        Assert.Equal([.. before, .. here], steps);
        Assert.Equal(before, steps.Where(step => step.WentWithItsBoot));
        Assert.All(new[] { Engine, Opening }, step => Assert.Null(step.Boot));
    }

    [Fact]
    public void A_journal_without_boots_is_one_of_this_boot()
    {
        File.WriteAllText(_files.Journal, "steps:\n- tun: gost_tun\ncount: 1\n");

        Assert.False(Assert.Single(Open().Steps).WentWithItsBoot);
    }

    [Fact]
    public void Wherever_the_power_went_the_journal_is_whole_or_set_aside()
    {
        Note(Engine, TableRoute, Rule, Route, Address6);
        var whole = File.ReadAllText(_files.Journal);
        for (var length = 0; length < whole.TrimEnd().Length; length++)
        {
            File.WriteAllText(_files.Journal, whole[..length]);
            Assert.Equal(All, UndoJournal.Open(_files, All, _ => { }).Steps);
        }
    }

    [Fact]
    public void Where_the_journal_is_gone_but_not_an_engine_s_configuration_everything_of_the_profile_is_taken_back()
    {
        File.WriteAllText(_files.Engine, "services: []\n");

        Assert.Equal(All, Open().Steps);
    }

    [Fact]
    public void An_undoing_that_fails_unexpectedly_does_not_keep_the_rest()
    {
        Note(Engine, Rule, Route);

        var problem = Assert.Single(Replay(Open(), step =>
        {
            if (step == Rule)
                throw new IOException("disk on fire");
        }));

        Assert.Contains("disk on fire", problem.Message, StringComparison.Ordinal);
        Assert.Equal([Rule], Open().Steps);
    }

    [Fact]
    public void What_was_being_written_when_the_agent_was_killed_is_removed_with_the_secrets()
    {
        var (half, other) = (_files.Engine + ".0a1b2c3d.tmp", _files.Split + ".0a1b2c3d.tmp");
        File.WriteAllText(half, "password: se");
        File.WriteAllText(other, "somebody else writes this now");
        Assert.True(_files.HasLeftovers);

        _files.RemoveSecrets();

        Assert.False(File.Exists(half));
        Assert.True(File.Exists(other));
        Assert.False(_files.HasLeftovers);
    }

    // The journal cannot be written until what is returned is called: a folder is where its file would be.
    private Action Refuse()
    {
        var away = _files.Journal + ".away";
        File.Move(_files.Journal, away);
        Directory.CreateDirectory(_files.Journal);
        return () =>
        {
            Directory.Delete(_files.Journal);
            File.Move(away, _files.Journal);
        };
    }

    private UndoJournal Open() => UndoJournal.Open(_files, All, warning => Assert.Fail(warning));

    private static IReadOnlyList<GostBtException> Replay(UndoJournal journal, Action<UndoStep> undo)
    {
        var replay = journal.ReplayAsync(step =>
        {
            undo(step);
            return Task.CompletedTask;
        });
        Assert.True(replay.IsCompletedSuccessfully);
        return replay.Result;
    }

    private void Note(params UndoStep[] steps)
    {
        var journal = Open();
        foreach (var step in steps)
            journal.Note(step);
    }
}
