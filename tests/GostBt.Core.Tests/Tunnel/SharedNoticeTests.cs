using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class SharedNoticeTests
{
    private readonly List<Action> _registrations = [];
    private readonly SharedNotice _notice;
    private bool _refuses;

    public SharedNoticeTests()
    {
        _notice = new SharedNotice(tell =>
        {
            _registrations.Add(tell);
            return !_refuses;
        });
    }

    [Fact]
    public void Whoever_wants_to_know_the_system_is_asked_once_and_tells_all_who_still_do()
    {
        var told = new int[20];
        var entries = Enumerable.Range(0, told.Length).Select(index => _notice.Add(() => told[index]++)).ToList();

        entries[3]!.Dispose();
        entries[3]!.Dispose();
        Assert.Single(_registrations)();

        Assert.Equal(Enumerable.Range(0, told.Length).Select(index => index == 3 ? 0 : 1), told);
    }

    [Fact]
    public void Each_tunnel_that_ended_leaves_nothing()
    {
        for (var time = 0; time < 20; time++)
        {
            _notice.Add(() => Assert.Fail("It is told of no more."))!.Dispose();
        }

        Assert.Single(_registrations)();
    }

    [Fact]
    public void A_refusal_is_told_and_asked_again()
    {
        _refuses = true;
        Assert.Null(_notice.Add(() => { }));
        _refuses = false;
        Assert.NotNull(_notice.Add(() => { }));
        Assert.Equal(2, _registrations.Count);
    }
}
