using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public sealed class TrafficMeterTests
{
    private readonly TrafficMeter _meter = new();

    [Fact]
    public void Rates_are_those_between_the_last_two_readings()
    {
        Read(0, (0, 0));

        Assert.True(Read(2, (3000, 500)));

        Assert.Equal((1500, 250, 3000, 500), (_meter.ReceivedPerSecond, _meter.SentPerSecond, _meter.Received, _meter.Sent));
        Assert.False(Read(3, (3000, 600)));
        Assert.Equal((0, 100), (_meter.ReceivedPerSecond, _meter.SentPerSecond));
    }

    [Fact]
    public void Totals_outlive_the_device()
    {
        Read(0, (1000, 1000));
        Read(1, null);
        Assert.Equal(0, _meter.ReceivedPerSecond);
        Read(2, (10, 20));
        Read(3, (5, 5));

        Assert.Equal((1015, 1025), (_meter.Received, _meter.Sent));
    }

    private bool Read(int second, (long, long)? counters) => _meter.Read(TimeSpan.FromSeconds(second), counters);
}
