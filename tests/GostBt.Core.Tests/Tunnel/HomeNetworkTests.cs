using System.Diagnostics;
using System.Net.NetworkInformation;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public class HomeNetworkTests
{
    [Fact]
    public async Task A_change_ends_the_wait()
    {
        var looks = 0;
        var watch = Stopwatch.StartNew();

        Assert.True(await new HomeNetwork(() => looks++ == 0 ? "eth0" : "eth0 wlan0").WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Without_one_it_takes_its_time()
    {
        var watch = Stopwatch.StartNew();

        Assert.False(await new HomeNetwork(() => "eth0").WaitAsync(TimeSpan.FromMilliseconds(300), CancellationToken.None));

        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(290));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_look_at_which_a_device_vanishes_tells_nothing(int at)
    {
        foreach (var error in new Exception[] { new IOException("Could not find '/sys/class/net/veth1/mtu'."), new NetworkInformationException() })
        {
            var looks = 0;

            var changed = await new HomeNetwork(() => looks++ == at ? throw error : "eth0").WaitAsync(TimeSpan.FromMilliseconds(300), CancellationToken.None);

            Assert.False(changed);
            Assert.True(looks > at);
        }
    }

    [Fact]
    public void What_changed_meanwhile_is_seen_at_the_next_look()
    {
        var seen = new Queue<Func<string>>([() => "eth0", () => throw new IOException("gone"), () => "eth0 wlan0"]);
        var home = new HomeNetwork(() => seen.Dequeue()());

        Assert.Equal([false, false, true], new[] { home.Changed(), home.Changed(), home.Changed() });
    }

    [Fact]
    public async Task It_ends_when_cancelled()
    {
        using var cancelled = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HomeNetwork.Without("gost_tun").WaitAsync(TimeSpan.FromMinutes(1), cancelled.Token));
    }
}
