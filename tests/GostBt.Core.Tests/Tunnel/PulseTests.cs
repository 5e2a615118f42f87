using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class PulseTests
{
    private readonly Pulse _pulse;
    private Task<TimeSpan?> _answer = Task.FromResult<TimeSpan?>(TimeSpan.FromMilliseconds(20));
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    public PulseTests() => _pulse = new Pulse(_ => _answer, () => _now);

    [Fact]
    public async Task Silence_is_what_makes_a_link_dead()
    {
        await AskAsync(answered: true);
        var heard = _now;
        await UnansweredUntilAsync(heard + TimeSpan.FromSeconds(6));
        Assert.False(_pulse.Silent);

        await UnansweredUntilAsync(heard + TimeSpan.FromSeconds(7));
        Assert.True(_pulse.Silent);

        _pulse.Heard(_now);
        Assert.False(_pulse.Silent);
    }

    [Fact]
    public async Task In_doubt_it_is_dead_sooner()
    {
        _pulse.Doubt();
        Assert.True(_pulse.InDoubt);
        _answer = Task.FromResult<TimeSpan?>(null);
        await _pulse.AskAsync();

        _now += TimeSpan.FromSeconds(2.9);
        Assert.False(_pulse.Silent);

        _now += TimeSpan.FromSeconds(0.1);
        Assert.True(_pulse.Silent);
    }

    [Fact]
    public void What_came_before_a_doubt_does_not_end_it()
    {
        var read = _now;
        _now += TimeSpan.FromSeconds(0.2);
        _pulse.Doubt();

        _pulse.Heard(read);

        Assert.True(_pulse.InDoubt);
        _pulse.Heard(_now + TimeSpan.FromSeconds(1));
        Assert.False(_pulse.InDoubt);
    }

    [Fact]
    public async Task What_came_before_a_sleep_does_not_end_the_doubt_after_it()
    {
        var read = _now;
        _now += TimeSpan.FromMinutes(10);
        _pulse.Wake();

        _pulse.Heard(read);
        _answer = Task.FromResult<TimeSpan?>(null);
        await _pulse.AskAsync();
        _now += TimeSpan.FromSeconds(3);

        Assert.True(_pulse.InDoubt);
        Assert.True(_pulse.Silent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_not_asked_is_not_silent_however_long_this_PC_took(bool slept)
    {
        await AskAsync(answered: true);
        if (slept)
            _pulse.Wake();
        else
            _pulse.Doubt();

        // A look that takes its time.
        _now += TimeSpan.FromSeconds(8);
        Assert.False(_pulse.Silent);

        _answer = Task.FromResult<TimeSpan?>(null);
        await _pulse.AskAsync();
        Assert.False(_pulse.Silent);
        _now += TimeSpan.FromSeconds(3);
        Assert.True(_pulse.Silent);
    }

    [Fact]
    public async Task Doubts_that_follow_one_another_do_not_put_off_the_end_for_ever()
    {
        await AskAsync(answered: true);
        for (var second = 0; second < 8; second++)
        {
            _pulse.Doubt();
            await AskAsync(answered: false);
        }

        Assert.True(_pulse.Silent);
    }

    [Fact]
    public async Task An_answer_ends_the_doubt()
    {
        _pulse.Doubt();
        _now += TimeSpan.FromSeconds(1);
        await AskAsync(answered: true);

        _now += TimeSpan.FromSeconds(4);

        Assert.False(_pulse.InDoubt);
        Assert.False(_pulse.Silent);
    }

    [Fact]
    public async Task What_was_asked_before_a_sleep_tells_nothing()
    {
        var late = new TaskCompletionSource<TimeSpan?>();
        _answer = late.Task;
        var asking = _pulse.AskAsync();
        _now += TimeSpan.FromMinutes(10);

        _pulse.Wake();
        late.SetResult(null);
        await asking;

        Assert.False(_pulse.Silent);
        Assert.Null(_pulse.Figures.LossPercent);
    }

    [Fact]
    public async Task A_lossy_link_is_told_until_it_is_well_again()
    {
        for (var request = 0; request < 18; request++)
            await AskAsync(answered: true);
        await AskAsync(answered: false);
        Assert.False(_pulse.Lossy);

        await AskAsync(answered: false);
        Assert.True(_pulse.Lossy);

        for (var request = 0; request < 19; request++)
            await AskAsync(answered: true);
        Assert.True(_pulse.Lossy);
        await AskAsync(answered: true);
        await AskAsync(answered: true);
        Assert.False(_pulse.Lossy);
    }

    private async Task UnansweredUntilAsync(TimeSpan moment)
    {
        while (_now < moment)
            await AskAsync(answered: false);
    }

    private Task AskAsync(bool answered)
    {
        _now += TimeSpan.FromSeconds(1);
        _answer = Task.FromResult(answered ? TimeSpan.FromMilliseconds(20) : (TimeSpan?)null);
        return _pulse.AskAsync();
    }
}
