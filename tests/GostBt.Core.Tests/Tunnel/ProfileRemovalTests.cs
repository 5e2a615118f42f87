using GostBt.AutoStart;
using GostBt.Core.Tests.AutoStart;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;
using NSubstitute;

namespace GostBt.Core.Tests.Tunnel;

public sealed class ProfileRemovalTests : IDisposable
{
    private static readonly ProfileName Home = Samples.Profile.Name;

    private readonly TemporaryFolder _folder = new();
    private readonly GostBtPaths _paths;
    private readonly ProfileStore _profiles;
    private readonly ProfileRemoval _removal;
    private readonly FakeAutoStart _system;
    private readonly AutoStarter _starter;

    public ProfileRemovalTests()
    {
        _paths = new GostBtPaths(_folder["config"], _folder["state"]);
        _profiles = new ProfileStore(_paths);
        var log = Substitute.For<IOperationLog>();
        var program = _folder["gostbt"];
        File.WriteAllText(program, "one");
        var host = new HostBinaries(_ => null, program, null);
        _system = new FakeAutoStart(_folder["programs"]);
        _starter = new AutoStarter(_profiles, _paths, host, log, () => _system);
        _removal = new ProfileRemoval(_profiles, new TunnelController(_profiles, _paths, host, log), _starter);
        _profiles.Save(Samples.Profile, Samples.Secrets);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_goes_with_its_secrets_and_what_stays_is_said()
    {
        _profiles.Save(Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress = "198.51.100.10" } });

        var plan = _removal.Plan(Home);

        Assert.True(_profiles.Exists(Home));
        Assert.Contains("Remove-GostBtServer", plan.ToString(), StringComparison.Ordinal);
        await _removal.ApplyAsync(plan, CancellationToken.None);
        Assert.False(_profiles.Exists(Home));
        Assert.Null(_profiles.LoadSecrets(Home));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("version: 1\nname: home\nserver: { host: v }\nports: []\n")]
    public async Task One_that_cannot_be_read_goes_too(string content)
    {
        File.WriteAllText(_profiles.PathOf(Home), content);

        var plan = _removal.Plan(Home);

        Assert.Contains("cannot be read", plan.Stays, StringComparison.Ordinal);
        await _removal.ApplyAsync(plan, CancellationToken.None);
        Assert.False(_profiles.Exists(Home));
        Assert.Null(_profiles.LoadSecrets(Home));
    }

    [Fact]
    public async Task One_that_another_command_changes_goes_when_that_has_ended_and_leaves_no_file()
    {
        var plan = _removal.Plan(Home);
        Task removing;
        using (await ProfileTurn.TakeAsync(_profiles, Home, CancellationToken.None))
        {
            removing = _removal.ApplyAsync(plan, CancellationToken.None);
            await Task.Delay(200);
            Assert.False(removing.IsCompleted);
            Assert.True(_profiles.Exists(Home));
        }

        await removing;
        Assert.Empty(Directory.GetFiles(_paths.Profiles));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_whose_tunnel_runs_stays_also_where_it_was_started_after_the_plan(bool planned)
    {
        var plan = planned ? _removal.Plan(Home) : null;
        var files = new AgentFiles(_paths, Home);
        files.CreateFolder();
        using var held = await AgentLock.TryTakeAsync(files.Lock, TimeSpan.Zero, CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => _removal.ApplyAsync(plan ?? _removal.Plan(Home), CancellationToken.None));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("Stop-GostBtTunnel", error.Remedy, StringComparison.Ordinal);
        Assert.NotNull(_profiles.LoadSecrets(Home));
    }

    [Fact]
    public async Task One_that_comes_up_with_the_computer_stays()
    {
        await _starter.RegisterAsync(Home, null, null, CancellationToken.None);

        var error = Assert.Throws<GostBtException>(() => _removal.Plan(Home));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("Unregister-GostBtAutoStart", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_not_there_is_said_not_to_be() =>
        Assert.Equal(GostBtFailure.ProfileNotFound, Assert.Throws<GostBtException>(() => _removal.Plan(new ProfileName("nas"))).Failure);
}
