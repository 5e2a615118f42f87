namespace GostBt.Lab.Tests.Probe;

/// <summary>What a probe makes on the server goes, however the probe ends.</summary>
[Collection(RunningCollection.Name)]
public sealed class CleanUpTests(RunningFixture fixture)
{
    [SkippableFact]
    public async Task When_ssh_is_cut_the_namespace_goes_by_itself()
    {
        // Nothing answers, so that the probe takes its time.
        (await fixture.Lab.ShAsync("home", "nft 'add table inet pc; add chain inet pc in { type filter hook input priority 0; }; add rule inet pc in iifname gost_tun th dport { 6666, 7777 } drop'")).Succeeded();
        try
        {
            await using (fixture.Start("test", "home"))
            {
                await WaitAsync(async () => (await TracesAsync()).Contains("gbp", StringComparison.Ordinal), "the probe's namespace");
            }

            await WaitAsync(async () => (await TracesAsync()).Length == 0, "the end of it");
        }
        finally
        {
            (await fixture.Lab.ShAsync("home", "nft delete table inet pc")).Succeeded();
        }
    }

    [SkippableFact]
    public async Task What_a_killed_probe_left_goes_with_the_next()
    {
        // No process has this number: it is beyond the kernel's largest.
        (await fixture.Lab.ShAsync(
            "vps", "ip netns add gbp4999999 && ip link add gbp4999999o type veth peer name gbp4999999i && nft add table ip gbp4999999")).Succeeded();

        await fixture.TestAsync();

        Assert.Empty(await TracesAsync());
    }

    private async Task<string> TracesAsync() =>
        (await fixture.Lab.ShAsync("vps", "{ ip netns; ip -o link; nft list tables; } | grep gbp || true")).Succeeded();

    private static async Task WaitAsync(Func<Task<bool>> ready, string what)
    {
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!await ready())
        {
            Assert.True(DateTime.UtcNow < end, $"{what} did not come");
            await Task.Delay(200);
        }
    }
}
