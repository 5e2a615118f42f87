using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.AutoStart;

public sealed class SystemdAutoStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-systemd-").FullName;
    private readonly List<string> _calls = [];
    private readonly ProfileName _home = new("home");

    [Fact]
    public async Task It_writes_reloads_enables_and_reads_back()
    {
        var registered = await System(answer: "enabled").RegisterAsync(Agent("a"), account: null, password: null, CancellationToken.None);

        Assert.Equal(["daemon-reload", "enable gostbt-agent-home.service", "is-enabled gostbt-agent-home.service"], _calls);
        Assert.Equal(("home", true, "gostbt-agent-home.service", "root", "/lib/a/gostbt"), (registered.Name, registered.Registered, registered.Entry, registered.Account, registered.Program));
        Assert.Equal(SystemdUnit.Write(Agent("a")), await File.ReadAllTextAsync(Unit));
    }

    [Fact]
    public async Task A_second_time_it_writes_nothing_and_with_another_program_the_unit_only()
    {
        var system = System(answer: "enabled");
        await system.RegisterAsync(Agent("a"), null, null, CancellationToken.None);
        var written = File.GetLastWriteTimeUtc(Unit);
        _calls.Clear();
        await system.RegisterAsync(Agent("a"), null, null, CancellationToken.None);
        Assert.DoesNotContain("daemon-reload", _calls);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Unit));

        await system.RegisterAsync(Agent("b"), null, null, CancellationToken.None);
        Assert.Contains("daemon-reload", _calls);
        Assert.Contains("/lib/b/gostbt", await File.ReadAllTextAsync(Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_that_is_none_is_an_error_and_leaves_nothing()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => System(answer: "disabled").RegisterAsync(Agent("a"), null, null, CancellationToken.None));
        Assert.Contains("'disabled'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Unit));
    }

    [Fact]
    public async Task What_systemctl_says_of_a_refusal_is_told()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => System("Access denied", code: 1).StartAsync(_home, CancellationToken.None));
        Assert.Contains("systemctl start gostbt-agent-home.service: Access denied", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_user_s_unit_is_left_alone()
    {
        var system = System(answer: "enabled");
        await system.RegisterAsync(Agent("a", "/root"), null, null, CancellationToken.None);
        Assert.True(system.Serves(_home, Agent("b", "/root").Paths));
        Assert.False(system.Serves(_home, Agent("a", "/home/me").Paths));
        Assert.False(system.Serves(new ProfileName("other"), Agent("a", "/root").Paths));
        var error = await Assert.ThrowsAsync<GostBtException>(() => system.RegisterAsync(Agent("a", "/home/me"), null, null, CancellationToken.None));
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.True(system.Serves(_home, Agent("a", "/root").Paths));
    }

    [Fact]
    public void Without_systemd_or_with_an_account_it_is_refused()
    {
        var without = new SystemdAutoStart(_folder, Path.Combine(_folder, "none"), (_, _) => Task.FromResult((0, string.Empty)));
        Assert.Equal(GostBtFailure.UnsupportedSystem, Assert.Throws<GostBtException>(() => without.Require(Agent("a"), null, null)).Failure);
        Assert.False(without.Serves(_home, Agent("a").Paths));
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => System("").Require(Agent("a"), "me", null)).Failure);
    }

    [Fact]
    public async Task Unregistered_it_is_stopped_and_gone_and_a_second_time_nothing_happens()
    {
        var system = System(answer: "enabled");
        await system.RegisterAsync(Agent("a"), null, null, CancellationToken.None);
        _calls.Clear();
        Assert.False((await system.UnregisterAsync(_home, CancellationToken.None)).Registered);
        Assert.Equal(["disable --now gostbt-agent-home.service", "daemon-reload", "reset-failed gostbt-agent-home.service"], _calls);
        Assert.False(File.Exists(Unit));
        _calls.Clear();
        Assert.False((await system.UnregisterAsync(_home, CancellationToken.None)).Registered);
        Assert.Empty(_calls);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Unit => Path.Combine(_folder, "gostbt-agent-home.service");

    private SystemdAutoStart System(string answer, int code = 0) => new(_folder, _folder, (arguments, _) =>
    {
        _calls.Add(string.Join(' ', arguments));
        return Task.FromResult((code, answer + "\n"));
    });

    private AgentCommandLine Agent(string build, string home = "/root") => new(_home, $"/lib/{build}/gostbt", new GostBtPaths(home + "/config", home + "/state"));
}
