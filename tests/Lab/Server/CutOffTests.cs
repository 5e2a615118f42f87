using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Lab.Tests.Server;

/// <summary>A removal, a renewal and a rollback that are killed wherever: what stands still works, and the next run completes it.</summary>
public sealed class CutOffTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    [SkippableFact]
    public async Task A_removal()
    {
        const int Points = 5;
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var trapped = await VpsSnapshot.TakeAsync(home.Lab);
            await home.DeployAsync();
            var calls = await trap.CountAsync(ScriptTrap.Removal, () => home.RemoveAsync());
            for (var point = 1; point <= Points; point++)
            {
                await home.DeployAsync();
                await trap.StrikeAsync(ScriptTrap.Removal, calls * point / Points, () => home.RemoveAsync());
                await home.RemoveAsync();
                await VpsSnapshot.IsStillAsync(trapped, home.Lab);
            }
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableTheory]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    public async Task A_renewal(bool newKey, int points)
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var calls = await trap.CountAsync(ScriptTrap.Renewal, RenewAsync);
            for (var point = 1; point <= points; point++)
            {
                await trap.StrikeAsync(ScriptTrap.Renewal, calls * point / points, RenewAsync);

                // The engine is one that this PC trusts, also when it is started now; a file may be another than the manifest says.
                await home.VpsAsync("systemctl restart gostbt@home; " + TakingBack.Listens);
                Assert.DoesNotContain((await home.CheckAsync()).Findings, finding => finding.Id != "FileChanged");
                await RenewAsync();
                Assert.Empty((await home.CheckAsync()).Findings);
                Assert.Equal("cert.pem\nkey.pem\n", await home.VpsAsync("cd /etc/gostbt/home; ls -d *.pem *.new next 2>/dev/null; true"));
            }
        }

        await home.RemoveAsync();

        Task RenewAsync()
        {
            var profile = home.Profiles.Load(new ProfileName("home"));
            return home.Rotation.RunAsync(profile.Name, SshOptions.For(profile), newKey, CancellationToken.None);
        }
    }

    [SkippableFact]
    public async Task A_rollback_of_a_first_deployment()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var trapped = await VpsSnapshot.TakeAsync(home.Lab);
            var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
            var calls = await trap.CountAsync(ScriptTrap.Apply, () => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
            await home.RemoveAsync();
            await trap.StrikeAsync(ScriptTrap.Apply, calls - 2, () => home.DeployAsync());
            foreach (var call in new[] { 2, 15, 30, 45 })
            {
                // Each goes on where the one before was killed.
                await trap.StrikeRollbackAsync(call);
            }

            await home.VpsAsync(TakingBack.FireTimer);
            await home.VpsAsync(TakingBack.Forget + "! ls -d /var/lib/gostbt");
            await VpsSnapshot.IsStillAsync(trapped, home.Lab);
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_rollback_of_an_update()
    {
        using var home = new Deployment(fixture.Lab);
        var old = home.Request() with { TunnelPort = 8443, Mtu = 1420 };
        var update = home.Request(port: 7000) with { TunnelPort = 9443, Mtu = 1300 };
        await home.DeployAsync(old);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var before = await VpsSnapshot.TakeAsync(home.Lab);
            var plan = await home.Provisioner.PlanAsync(update, CancellationToken.None);
            var calls = await trap.CountAsync(ScriptTrap.Apply, () => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
            await home.DeployAsync(old);
            foreach (var call in new[] { 12, 17, 25 })
            {
                await trap.StrikeAsync(ScriptTrap.Apply, calls - 2, () => home.DeployAsync(update));
                await trap.StrikeRollbackAsync(call);
                await home.VpsAsync(TakingBack.FireTimer);
                await home.VpsAsync(TakingBack.Forget + TakingBack.Listens);
                await VpsSnapshot.IsStillAsync(before, home.Lab);
                Assert.Empty((await home.Provisioner.PlanAsync(old, CancellationToken.None)).Steps);
            }
        }

        await home.RemoveAsync();
    }
}
