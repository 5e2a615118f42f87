using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public sealed class LinkQualityTests
{
    private readonly LinkQuality _quality = new();

    [Fact]
    public void Nothing_asked_nothing_known()
    {
        Assert.Equal((0, null, null, null), (_quality.Count, _quality.RoundTripMilliseconds, _quality.JitterMilliseconds, _quality.LossPercent));
    }

    [Fact]
    public void Jitter_is_the_mean_difference_of_neighbours_and_loss_what_had_no_answer()
    {
        Add(1, 10);
        Add(2, 20);
        Add(3, null);
        Add(4, 14);

        Assert.Equal((14, 8, 25), (_quality.RoundTripMilliseconds, _quality.JitterMilliseconds, _quality.LossPercent));
    }

    [Fact]
    public void What_is_older_than_a_minute_no_longer_counts()
    {
        Add(0, null);
        Add(59, 10);
        Assert.Equal(50, _quality.LossPercent);

        Add(61, 10);

        Assert.Equal((2, 0), (_quality.Count, _quality.LossPercent));
    }

    private void Add(int second, double? milliseconds) =>
        _quality.Add(TimeSpan.FromSeconds(second), milliseconds is { } time ? TimeSpan.FromMilliseconds(time) : null);
}
