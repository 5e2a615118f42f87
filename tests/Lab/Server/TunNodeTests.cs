using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>A server whose <c>/dev/net/tun</c> is root's alone, as in many a container that is sold as a VPS.</summary>
[Collection(LabCollection.Name)]
public sealed class TunNodeTests(LabFixture fixture)
{
    [SkippableFact]
    public async Task That_is_closed_to_the_engine_is_opened_for_it_also_after_a_boot_and_closed_with_the_last_profile()
    {
        using var home = new Deployment(fixture.Lab);
        var mode = await ModeAsync(home);
        await home.VpsAsync("chmod 600 /dev/net/tun");
        try
        {
            var before = await VpsSnapshot.TakeAsync(home.Lab);
            Assert.Equal("Running", (await home.DeployAsync()).State);
            await using (var tunnel = await HomeTunnel.StartAsync(home))
            {
                await tunnel.IsReachedAsync();
            }

            Assert.Equal("666", await ModeAsync(home));
            Assert.Empty((await home.CheckAsync()).Findings);

            // A boot may make it anew.
            await home.VpsAsync("chmod 600 /dev/net/tun");
            Assert.Equal(["RulesChanged"], (await home.CheckAsync()).Findings.Select(finding => finding.Id));
            await home.VpsAsync("systemctl restart gostbt-firewall@home gostbt@home; " + TakingBack.Listens);
            Assert.Equal("666", await ModeAsync(home));
            Assert.Empty((await home.CheckAsync()).Findings);

            await home.RemoveAsync();
            Assert.Equal("600", await ModeAsync(home));
            await VpsSnapshot.IsStillAsync(before, home.Lab);
        }
        finally
        {
            await home.VpsAsync("chmod " + mode + " /dev/net/tun");
        }
    }

    private static async Task<string> ModeAsync(Deployment home) => (await home.VpsAsync("stat -c %a /dev/net/tun")).Trim();
}
