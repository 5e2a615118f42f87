using GostBt.AutoStart;
using GostBt.Core.Tests.Tunnel;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Core.Tests.AutoStart;

public sealed class WindowsAutoStartTests
{
    private readonly AgentCommandLine _agent = new(new ProfileName("home"), "/p/gostbt.exe", new GostBtPaths("/me/config", "/me/state"));

    [Fact]
    public async Task It_registers_as_the_account_with_its_password_and_reads_back()
    {
        var scheduler = new FakeTaskScheduler();
        using var password = SshPassword.From("secret");
        var made = await On(scheduler).RegisterAsync(_agent, @"PC\me", password, CancellationToken.None);

        Assert.Equal([@"register \GostBt\home PC\me"], scheduler.Calls);
        Assert.Same(password, scheduler.Password);
        Assert.Contains("<BootTrigger>", scheduler.Kept, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", scheduler.Kept, StringComparison.Ordinal);
        Assert.Equal((true, @"\GostBt\home", @"PC\me", "/p/gostbt.exe"), (made.Registered, made.Entry, made.Account, made.Program));
    }

    [Fact]
    public async Task Without_an_account_it_is_this_user_s_when_he_logs_on()
    {
        var scheduler = new FakeTaskScheduler();
        await On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None);
        await On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None);
        Assert.Contains("<LogonTrigger>", scheduler.Kept, StringComparison.Ordinal);
        Assert.Null(scheduler.Password);
    }

    [Fact]
    public async Task A_success_without_a_task_is_an_error()
    {
        var error = await Refused(new FakeTaskScheduler { Keeps = _ => null });
        Assert.Contains("not there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_is_not_as_it_was_asked_for_is_an_error_and_removed()
    {
        var scheduler = new FakeTaskScheduler { Keeps = xml => xml.Replace("InteractiveToken", "S4U", StringComparison.Ordinal) };
        Assert.Contains("LogonType", (await Refused(scheduler)).Message, StringComparison.Ordinal);
        Assert.Null(scheduler.Kept);
    }

    [Fact]
    public async Task A_removal_that_is_none_is_an_error()
    {
        var scheduler = new FakeTaskScheduler { KeepsRemoved = true };
        await On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None);
        var error = await Assert.ThrowsAsync<GostBtException>(() => On(scheduler).UnregisterAsync(_agent.Name, CancellationToken.None));
        Assert.Contains("still there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removed_it_is_gone_and_a_second_time_nothing_is_called()
    {
        var scheduler = new FakeTaskScheduler();
        await On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None);
        await On(scheduler).UnregisterAsync(_agent.Name, CancellationToken.None);
        await On(scheduler).UnregisterAsync(_agent.Name, CancellationToken.None);
        Assert.Equal([@"register \GostBt\home PC\me", @"remove \GostBt\home"], scheduler.Calls);
    }

    [Fact]
    public async Task Another_user_s_task_is_left_alone()
    {
        var scheduler = new FakeTaskScheduler();
        await On(scheduler).RegisterAsync(_agent with { Paths = new GostBtPaths("/you/config", "/you/state") }, null, null, CancellationToken.None);
        Assert.False(On(scheduler).Serves(_agent.Name, _agent.Paths));
        Assert.Equal(GostBtFailure.Conflict, (await Refused(scheduler)).Failure);
        Assert.Single(scheduler.Calls);
    }

    [Fact]
    public async Task A_profile_that_wants_gost_since_it_was_registered_is_to_be_registered_again()
    {
        using var folder = new TemporaryFolder();
        var (profile, paths) = (Samples.Profile with { Engine = EngineKind.Gost }, new GostBtPaths("/me/config", "/me/state"));
        var windows = On(new FakeTaskScheduler());
        windows.RequireBeside(profile, paths);
        await windows.RegisterAsync(_agent with { Program = folder["gostbt.exe"] }, null, null, CancellationToken.None);

        var error = Assert.Throws<GostBtException>(() => windows.RequireBeside(profile, paths));
        Assert.Contains("Register-GostBtAutoStart again", error.Remedy, StringComparison.Ordinal);

        windows.RequireBeside(Samples.Profile, paths);
        Directory.CreateDirectory(folder["gost"]);
        File.WriteAllText(folder[Path.Combine("gost", GostPlatform.Local.Program)], "gost");
        windows.RequireBeside(profile, paths);
    }

    [Fact]
    public async Task A_stopped_tunnel_s_task_is_disabled_until_it_is_started()
    {
        var scheduler = new FakeTaskScheduler();
        await On(scheduler).StopAsync(_agent.Name, comesBack: false, CancellationToken.None);
        await On(scheduler).StartAsync(_agent.Name, CancellationToken.None);
        Assert.Equal([@"disable \GostBt\home", @"enable \GostBt\home", @"run \GostBt\home"], scheduler.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_start_that_failed_the_task_is_as_it_was_before(bool enabled)
    {
        var scheduler = new FakeTaskScheduler();
        await On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None);
        scheduler.Enable(ScheduledTask.PathOf(_agent.Name), enabled);

        var before = await On(scheduler).StartAsync(_agent.Name, CancellationToken.None);
        Assert.False(ScheduledTask.IsDisabled(scheduler.Kept!));
        await On(scheduler).StopAsync(_agent.Name, before, CancellationToken.None);
        Assert.Equal(enabled, !ScheduledTask.IsDisabled(scheduler.Kept!));
    }

    [Fact]
    public void A_scheduler_that_does_not_answer_serves_nobody() => Assert.False(On(new FakeTaskScheduler { Answers = false }).Serves(_agent.Name, _agent.Paths));

    [Theory]
    [InlineData("SYSTEM")]
    [InlineData(@"PC\you")]
    [InlineData(@"OTHER\me")]
    [InlineData("menot@example.net")]
    public void An_account_that_cannot_read_the_secrets_is_refused(string account)
    {
        using var password = SshPassword.From("secret");
        var error = Assert.Throws<GostBtException>(() => On(new FakeTaskScheduler()).Require(_agent, account, password));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains(@"encrypted for PC\me", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_without_its_password_is_refused() =>
        Assert.Contains("password", Assert.Throws<GostBtException>(() => On(new FakeTaskScheduler()).Require(_agent, "me", null)).Message, StringComparison.Ordinal);

    private static WindowsAutoStart On(FakeTaskScheduler scheduler) => new(scheduler, @"PC\me", "/p");

    private Task<GostBtException> Refused(FakeTaskScheduler scheduler) =>
        Assert.ThrowsAsync<GostBtException>(() => On(scheduler).RegisterAsync(_agent, null, null, CancellationToken.None));
}
