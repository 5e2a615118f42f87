using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Server;

namespace GostBt.Lab.Tests.Server;

/// <summary>A deployment that is broken off wherever: the server is in the old or the new state, the next run completes, nothing stays behind.</summary>
public sealed class FaultTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    private const int Points = 6;

    [SkippableFact]
    public async Task Killed_at_any_step_of_the_first_deployment_the_server_is_as_it_was()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var (calls, trapped) = await RehearseAsync(home, trap);
            for (var point = 1; point <= Points; point++)
            {
                await StrikeAsync(home, trap, home.Request(), calls * point / Points);
                await home.VpsAsync(TakingBack.FireTimer);
                await home.VpsAsync(TakingBack.Forget + "! ls -d /var/lib/gostbt");
                await VpsSnapshot.IsStillAsync(trapped, home.Lab);
            }

            // The last one right away: the next run finds what a dead one left.
            await StrikeAsync(home, trap, home.Request(), calls / 2);
            Assert.Equal("Running", (await home.DeployAsync()).State);
            await home.RemoveAsync();
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task Killed_at_any_step_of_an_update_the_old_state_runs_on()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var before = await VpsSnapshot.TakeAsync(home.Lab);
            var update = home.Request(port: 7000) with { TunnelPort = 9443, Mtu = 1300 };
            var old = home.Request() with { TunnelPort = 8443, Mtu = 1420 };
            var calls = await CountAsync(home, trap, update);
            await home.DeployAsync(old);
            for (var point = 1; point <= Points; point += 2)
            {
                await StrikeAsync(home, trap, update, calls * point / Points);
                await home.VpsAsync(TakingBack.FireTimer);
                await home.VpsAsync(TakingBack.Forget + TakingBack.Listens);
                VpsSnapshot.IsStill(before, await VpsSnapshot.TakeAsync(home.Lab));
                Assert.Empty((await home.Provisioner.PlanAsync(old, CancellationToken.None)).Steps);
            }
        }

        await home.RemoveAsync();
    }

    [SkippableFact]
    public async Task A_connection_that_breaks_at_any_step_is_a_deployment_that_nobody_verified()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var (calls, trapped) = await RehearseAsync(home, trap);
            foreach (var call in new[] { 2, calls / 3, calls * 2 / 3, calls - 1 })
            {
                await StrikeAsync(home, trap, home.Request(), call, "connection");

                // It goes on without us to its end; then its time is made to be up.
                await home.VpsAsync("for i in $(seq 600); do [ -e /var/lib/gostbt/transaction/applied ] && break; sleep 0.1; done; [ -e /var/lib/gostbt/transaction/applied ]");
                await home.VpsAsync(TakingBack.FireTimer);
                await VpsSnapshot.IsStillAsync(trapped, home.Lab);
            }
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableTheory]
    [InlineData("/usr/local", "120m")]
    [InlineData("/etc/gostbt", "64k")]
    [InlineData("/var/lib/gostbt", "64k")]
    public async Task On_a_full_disk_the_server_stays_as_it_was(string folder, string size)
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await home.VpsAsync($"mkdir -p {folder}; mount -t tmpfs -o size={size} full {folder}");
        try
        {
            var plan = await home.Provisioner.PlanAsync(home.Request(), CancellationToken.None);
            await home.VpsAsync($"head -c 200M /dev/zero >{folder}/fill 2>/dev/null; [ -s {folder}/fill ]");

            var error = await Assert.ThrowsAsync<GostBtException>(() => home.Provisioner.ApplyAsync(plan, CancellationToken.None));

            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
            await home.VpsAsync($"[ \"$(find {folder} -mindepth 1 ! -path /usr/local/lib)\" = {folder}/fill ]");
        }
        finally
        {
            await home.VpsAsync($"umount {folder}; rmdir {folder} 2>/dev/null; true");
        }

        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    [SkippableFact]
    public async Task A_reboot_in_the_middle_ends_in_the_old_state()
    {
        using var home = new Deployment(fixture.Lab);
        var before = await VpsSnapshot.TakeAsync(home.Lab);
        await using (var trap = await ScriptTrap.SetAsync(home))
        {
            var (calls, _) = await RehearseAsync(home, trap);
            await StrikeAsync(home, trap, home.Request(), calls - 4);
        }

        Assert.Equal("active\n", await home.VpsAsync("systemctl is-active gostbt-firewall@home"));
        await home.Lab.RebootVpsAsync();

        await home.VpsAsync(TakingBack.Settled);
        await VpsSnapshot.IsStillAsync(before, home.Lab);
    }

    // The calls of a first deployment that nothing disturbs, and the server with the trap in it.
    private static async Task<(int Calls, IReadOnlyList<string> Trapped)> RehearseAsync(Deployment home, ScriptTrap trap)
    {
        var calls = await CountAsync(home, trap, home.Request());
        await home.RemoveAsync();
        return (calls, await VpsSnapshot.TakeAsync(home.Lab));
    }

    // The calls of a deployment that nothing disturbs.
    private static async Task<int> CountAsync(Deployment home, ScriptTrap trap, ServerRequest request)
    {
        var plan = await home.Provisioner.PlanAsync(request, CancellationToken.None);
        return await trap.CountAsync(ScriptTrap.Apply, () => home.Provisioner.ApplyAsync(plan, CancellationToken.None));
    }

    private static async Task StrikeAsync(Deployment home, ScriptTrap trap, ServerRequest request, int call, string what = "run")
    {
        var plan = await home.Provisioner.PlanAsync(request, CancellationToken.None);
        await trap.StrikeAsync(ScriptTrap.Apply, call, () => home.Provisioner.ApplyAsync(plan, CancellationToken.None), what);
    }
}
