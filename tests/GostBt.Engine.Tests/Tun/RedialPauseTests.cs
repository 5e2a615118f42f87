using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class RedialPauseTests
{
    [Fact]
    public void A_server_that_is_restarted_is_dialled_each_tenth_of_a_second_for_five_seconds() =>
        Assert.InRange(Dials(TimeSpan.FromSeconds(5), served: TimeSpan.Zero), 35, 70);

    // A relay that lets the client in but whose TUN keeps failing; a chain through something that hangs up.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void A_server_that_answers_and_hangs_up_is_not_taken_for_one_that_is_restarted(int served)
    {
        var first = Dials(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(served));
        var second = Dials(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(served)) - first;

        Assert.InRange(second, 1, 30);
    }

    [Fact]
    public void After_a_connection_that_lasted_it_begins_anew()
    {
        var pause = new RedialPause();
        for (var now = TimeSpan.Zero; now < TimeSpan.FromMinutes(1); now += TimeSpan.FromSeconds(1))
            pause.After(now, TimeSpan.Zero);
        Assert.InRange(pause.After(TimeSpan.FromMinutes(1), TimeSpan.Zero).TotalSeconds, 2, 4);

        Assert.InRange(pause.After(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30)).TotalSeconds, 0.05, 0.15);
        Assert.InRange(pause.After(TimeSpan.FromMinutes(2.05), TimeSpan.Zero).TotalSeconds, 0.05, 0.15);
    }

    // An update may restart a server twice within seconds.
    [Fact]
    public void A_server_that_is_restarted_soon_after_its_start_is_back_as_soon()
    {
        var pause = new RedialPause();
        for (var now = TimeSpan.Zero; now < TimeSpan.FromSeconds(20); now += TimeSpan.FromSeconds(1))
            pause.After(now, TimeSpan.Zero);

        Assert.InRange(pause.After(TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(3.5)).TotalSeconds, 0.05, 0.15);
        Assert.InRange(pause.After(TimeSpan.FromSeconds(28), TimeSpan.Zero).TotalSeconds, 0.05, 0.15);
    }

    [Fact]
    public void Those_who_lost_it_together_do_not_come_back_together() =>
        Assert.True(Enumerable.Range(0, 20).Select(_ => new RedialPause().After(TimeSpan.Zero, TimeSpan.Zero)).Distinct().Count() > 1);

    // How often it dials in that time when each connection lasts as long as given.
    private static int Dials(TimeSpan time, TimeSpan served)
    {
        var pause = new RedialPause();
        var dials = 0;
        for (var now = TimeSpan.Zero; now < time; dials++)
        {
            now += served;
            now += pause.After(now, served);
        }

        return dials;
    }
}
