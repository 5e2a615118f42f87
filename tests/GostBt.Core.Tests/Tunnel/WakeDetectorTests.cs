using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class WakeDetectorTests
{
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(4, 4, false)]
    [InlineData(600, 600, true)] // stopped, as by SIGSTOP
    [InlineData(1, 600, true)] // asleep: the monotonic clock stood still
    [InlineData(1, -86400, false)] // a clock set back is no sleep
    public void Time_that_passed_unseen_is_noticed(int monotonic, int wall, bool slept)
    {
        var detector = new WakeDetector();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.False(detector.Slept(TimeSpan.FromSeconds(10), start));

        Assert.Equal(slept, detector.Slept(TimeSpan.FromSeconds(10 + monotonic), start.AddSeconds(wall)));
        Assert.False(detector.Slept(TimeSpan.FromSeconds(11 + monotonic), start.AddSeconds(wall + 1)));
    }
}
