using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>Rules that lock ssh out are taken back within half a minute, also when what is to be stopped for that does not want to.</summary>
[Collection(LabCollection.Name)]
public sealed class LockOutTests(LabFixture fixture)
{
    [SkippableFact]
    public async Task From_an_engine_that_does_not_end_when_it_is_told_to()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        var plan = await LockOut.PlanAsync(home);
        var program = Assert.Single(plan.Upload, file => file.Path.EndsWith("/gostbt", StringComparison.Ordinal)).Path;
        await home.VpsAsync($"""
            mkdir /etc/systemd/system/gostbt@home.service.d
            cat >/etc/systemd/system/gostbt@home.service.d/deaf.conf <<'END'
            [Service]
            ExecStart=
            ExecStart=/bin/sh -c 'trap "" TERM; {program} engine -C /etc/gostbt/home/engine.yaml & while :; do sleep 1; done'
            END
            """);

        await LockOut.RunAsync(home, plan);

        await home.VpsAsync(TakingBack.Settled);
        await VpsSnapshot.IsStillAsync(before, home.Lab);

        // This PC cannot know what became of it: what the server would have had stays, for the next run.
        Assert.NotNull(home.Profiles.LoadSecrets(plan.Profile.Name));
    }

    [SkippableFact]
    public async Task From_a_firewall_that_hangs_once_they_are_loaded()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        var plan = await LockOut.PlanAsync(home);
        await home.VpsAsync(LockOut.Hang);
        try
        {
            await LockOut.RunAsync(home, plan);
        }
        finally
        {
            await home.VpsAsync(LockOut.Unhang);
        }

        await home.VpsAsync(TakingBack.Settled + " && ! pgrep -f '[g]ostbt/firewall'");
        await VpsSnapshot.IsStillAsync(before, home.Lab);
        Assert.Equal("Running", (await home.DeployAsync()).State);
        await home.RemoveAsync();
    }
}
