using GostBt.AutoStart;
using GostBt.Core.Tests.Ssh;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.AutoStart;

public sealed class AutoStarterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-autostart-").FullName;
    private readonly FakeSsh _log = new();
    private readonly ProfileName _home = new("home");
    private readonly ProfileStore _profiles;
    private readonly FakeAutoStart _system;
    private readonly AutoStarter _starter;

    public AutoStarterTests()
    {
        var paths = new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state"));
        var program = Path.Combine(_folder, HostBinaries.LocalRuntime.StartsWith("win", StringComparison.Ordinal) ? "gostbt.exe" : "gostbt");
        File.WriteAllText(program, "one");
        _profiles = new ProfileStore(paths);
        _profiles.Save(ProfileYaml.Parse("version: 1\nname: home\nserver: { host: vps.example.net }\nports: [ { port: 6666 } ]\n", "home.yaml"), new ProfileSecrets("u", "p", "c"));
        _system = new FakeAutoStart(Programs);
        _starter = new AutoStarter(_profiles, paths, new HostBinaries(_ => null, program, null), _log, () => _system);
    }

    private string Programs => Path.Combine(_folder, "programs");

    private string[] Copies => Directory.Exists(Programs) ? Directory.GetFiles(Programs, "gostbt*", SearchOption.AllDirectories) : [];

    [Fact]
    public async Task The_program_is_there_before_it_is_registered_and_gone_afterwards()
    {
        var registered = await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        Assert.Equal([registered.Program!], Copies);
        await _starter.UnregisterAsync(_home, CancellationToken.None);
        Assert.Empty(Copies);
    }

    [Fact]
    public async Task With_a_new_program_the_old_one_stays_only_while_it_runs()
    {
        await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        File.WriteAllText(Directory.GetFiles(_folder, "gostbt*")[0], "two, of an update");
        _system.Running = true;
        await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        Assert.Equal(2, Copies.Length);
        _system.Running = false;
        var registered = await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        Assert.Equal([registered.Program!], Copies);
    }

    [Fact]
    public async Task What_is_refused_leaves_no_program()
    {
        _system.CannotHere = true;
        Assert.Equal(GostBtFailure.NotPrivileged, (await Assert.ThrowsAsync<GostBtException>(() => _starter.RegisterAsync(_home, null, null, CancellationToken.None))).Failure);
        _system.CannotHere = false;
        _system.Refusal = new GostBtException(GostBtFailure.Unexpected, "No.", "Nothing.");
        await Assert.ThrowsAsync<GostBtException>(() => _starter.RegisterAsync(_home, null, null, CancellationToken.None));
        Assert.Empty(Copies);
    }

    [Fact]
    public async Task A_refusal_to_register_again_keeps_what_is_registered()
    {
        var registered = await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        _system.Refusal = new GostBtException(GostBtFailure.Unexpected, "No.", "Nothing.");
        await Assert.ThrowsAsync<GostBtException>(() => _starter.RegisterAsync(_home, null, null, CancellationToken.None));
        Assert.Equal([registered.Program!], Copies);
    }

    [Theory]
    [InlineData("one")]
    [InlineData("two, of another version")]
    public async Task A_refusal_for_another_s_registration_keeps_that_one_s_program_and_leaves_no_other(string program)
    {
        var registered = await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        var other = Path.Combine(_folder, "other");
        var source = Path.Combine(Directory.CreateDirectory(other).FullName, Path.GetFileName(registered.Program!));
        File.WriteAllText(source, program);
        var paths = new GostBtPaths(Path.Combine(other, "config"), Path.Combine(other, "state"));
        var profiles = new ProfileStore(paths);
        profiles.Save(_profiles.Load(_home), new ProfileSecrets("u", "p", "c"));
        var starter = new AutoStarter(profiles, paths, new HostBinaries(_ => null, source, null), _log, () => _system);
        var error = await Assert.ThrowsAsync<GostBtException>(() => starter.RegisterAsync(_home, null, null, CancellationToken.None));
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Equal([registered.Program!], Copies);
        Assert.Single(Directory.GetDirectories(Path.Combine(Programs, "home")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tunnel_that_runs_is_told_of_unless_the_system_runs_it(bool bySystem)
    {
        var files = new AgentFiles(new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state")), _home);
        files.CreateFolder();
        using var held = await AgentLock.TryTakeAsync(files.Lock, TimeSpan.Zero, CancellationToken.None);
        _system.Running = bySystem;

        await _starter.RegisterAsync(_home, null, null, CancellationToken.None);

        Assert.Equal(!bySystem, _log.Lines.Exists(line => line.Contains("Start-GostBtTunnel", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_swapped_gost_is_not_placed_and_nothing_is_left()
    {
        var gost = Path.Combine(_folder, "gost-of-the-store");
        File.WriteAllText(gost, "gost");
        _system.Engines.Add(AgentFile.Of(gost, "gostbt-engine"));
        Assert.Contains($"Copy {gost} beside it.", _starter.Describe(_home, null), StringComparison.Ordinal);
        await _starter.RegisterAsync(_home, null, null, CancellationToken.None);
        Assert.Equal(2, Copies.Length);
        await _starter.UnregisterAsync(_home, CancellationToken.None);

        File.WriteAllText(gost, "another");
        var error = await Assert.ThrowsAsync<GostBtException>(() => _starter.RegisterAsync(_home, null, null, CancellationToken.None));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Empty(Copies);
        Assert.Null(_system.Kept);
    }

    [Fact]
    public void A_profile_that_is_missing_or_not_deployed_is_refused_also_for_the_plan()
    {
        Assert.Equal(GostBtFailure.ProfileNotFound, Assert.Throws<GostBtException>(() => _starter.Describe(new ProfileName("nobody"), null)).Failure);
        _profiles.Save(ProfileYaml.Parse("version: 1\nname: bare\nserver: { host: vps.example.net }\nports: [ { port: 6666 } ]\n", "bare.yaml"));
        var error = Assert.Throws<GostBtException>(() => _starter.Describe(new ProfileName("bare"), null));
        Assert.Contains("not deployed", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("the plan", _starter.Describe(_home, null), StringComparison.Ordinal);
        Assert.Empty(Copies);
    }

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
