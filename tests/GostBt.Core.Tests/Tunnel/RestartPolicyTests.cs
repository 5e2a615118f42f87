using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public class RestartPolicyTests
{
    [Fact]
    public void Waits_double_from_a_second_to_a_minute()
    {
        var policy = new RestartPolicy(() => 0.5);

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(0, 8).Select(_ => policy.Next().TotalSeconds));
    }

    [Theory]
    [InlineData(0.0, 0.8)]
    [InlineData(1.0, 1.2)]
    public void Each_wait_is_spread_by_a_fifth(double random, double seconds) =>
        Assert.Equal(seconds, new RestartPolicy(() => random).Next().TotalSeconds, 3);

    [Fact]
    public void After_a_success_it_starts_again_with_a_second()
    {
        var policy = new RestartPolicy(() => 0.5);
        policy.Next();
        policy.Next();

        policy.Reset();

        Assert.Equal(1, policy.Next().TotalSeconds);
    }

    [Fact]
    public void An_engine_that_ended_is_replaced_at_once_but_not_when_it_ends_again_before_the_tunnel_was_stable()
    {
        var policy = new RestartPolicy(() => 0.5);

        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => policy.Next(lostHere: true).TotalSeconds));

        policy.Reset();
        Assert.Equal(0, policy.Next(lostHere: true).TotalSeconds);
    }

    [Fact]
    public void A_week_of_failures_still_waits_a_minute()
    {
        var policy = new RestartPolicy(() => 0.5);

        Assert.Equal(60, Enumerable.Range(0, 10_000).Select(_ => policy.Next()).ToList()[^1].TotalSeconds);
    }
}
