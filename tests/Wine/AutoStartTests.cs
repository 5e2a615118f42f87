using GostBt.Wine.Tests.Raising;

namespace GostBt.Wine.Tests;

/// <summary>gostbt.exe and the Task Scheduler of Wine, which is not all there: what it refuses is an error, whatever it returns.</summary>
[Collection(WineCollection.Name)]
public sealed class AutoStartTests(WinePrefix wine)
{
    [SkippableFact]
    public async Task The_task_is_shown_as_it_would_be_made()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();

        var plan = (await wine.GostBtAsync(home.Path, "autostart", "home", "--plan")).Succeeded();

        Assert.Contains(@"<URI>\GostBt\home</URI>", plan, StringComparison.Ordinal);
        Assert.Contains(@"Program Files\GostBt\home\", plan, StringComparison.Ordinal);
        Assert.Contains("<LogonType>InteractiveToken</LogonType>", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(HomeFolder.Password, plan, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_the_scheduler_does_not_do_is_an_error_and_tunnels_stop_without_it()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();

        var registered = await wine.GostBtAsync(home.Path, "autostart", "home");
        var stopped = await wine.GostBtAsync(home.Path, "down", "home");

        Assert.Equal(1, registered.ExitCode);
        Assert.Contains("Task Scheduler refuses: Connect", registered.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", registered.Error, StringComparison.Ordinal);
        Assert.Contains("Stopped", stopped.Succeeded(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_profile_that_was_not_deployed_is_refused()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();
        File.Delete(home.Secrets);

        var refused = await wine.GostBtAsync(home.Path, "autostart", "home");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("not deployed", refused.Error, StringComparison.Ordinal);
    }
}
