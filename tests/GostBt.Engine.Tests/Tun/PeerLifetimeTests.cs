using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class PeerLifetimeTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(59, 10, true, false)]
    [InlineData(61, 10, true, true)]
    [InlineData(61, 1, true, false)]
    [InlineData(3601, 1, true, true)]
    [InlineData(14, 10, false, false)]
    [InlineData(16, 10, false, true)]
    [InlineData(16, 1, false, true)]
    public void A_silent_client_is_forgotten(int silence, int keepalives, bool hasAddress, bool expected) =>
        Assert.Equal(expected, PeerLifetime.HasEnded(TimeSpan.FromSeconds(silence), keepalives, hasAddress, Period));

    [Fact]
    public void A_long_keepalive_period_is_allowed_for() =>
        Assert.False(PeerLifetime.HasEnded(TimeSpan.FromMinutes(3), 10, hasAddress: true, TimeSpan.FromMinutes(1)));
}
