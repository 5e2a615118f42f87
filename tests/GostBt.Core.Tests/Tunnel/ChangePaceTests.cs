using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class ChangePaceTests
{
    private readonly ChangePace _pace = new();

    [Fact]
    public void The_first_change_is_looked_at_at_once_and_so_is_the_next_after_a_rest()
    {
        Assert.Equal(TimeSpan.Zero, _pace.WaitAt(Seconds(100)));
        _pace.Looked(Seconds(100.1));

        Assert.Equal(Seconds(0.25), _pace.WaitAt(Seconds(100.1)));
        Assert.Equal(TimeSpan.Zero, _pace.WaitAt(Seconds(100.4)));
        Assert.Equal(TimeSpan.Zero, _pace.WaitAt(Seconds(200)));
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.02)]
    [InlineData(0.9)]
    public void A_storm_of_a_minute_costs_a_look_a_second_and_none_waits_for_longer(double period)
    {
        var looks = Storm(0, 60, period);

        Assert.InRange(looks.Count, 1, 60 + 20);
        Assert.All(looks.Zip(looks.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 0.25, 1 + period));
        Assert.InRange(looks[0].TotalSeconds, 0, period);

        // And after a rest it is as quick as ever.
        var after = Storm(120, 1, period);
        Assert.Equal(120, after[0].TotalSeconds);
    }

    // As the agent does it: notices a change, waits, looks, notices the next.
    private List<TimeSpan> Storm(double from, double length, double period)
    {
        var looks = new List<TimeSpan>();
        for (var now = Seconds(from); now < Seconds(from + length); now += Seconds(period))
        {
            now += _pace.WaitAt(now);
            looks.Add(now);
            _pace.Looked(now);
        }

        return looks;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
