using System.Diagnostics;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class WindowsWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeNotices _windows = new();

    [Theory]
    [InlineData(nameof(WindowsNotice.Interfaces))]
    [InlineData(nameof(WindowsNotice.Addresses))]
    [InlineData(nameof(WindowsNotice.Routes))]
    [InlineData(nameof(WindowsNotice.Resume))]
    public async Task Each_notice_of_Windows_ends_the_wait_and_a_swarm_of_them_ends_one(string notice)
    {
        using var watch = new WindowsWatch(_windows);
        var told = watch.ChangedAsync(CancellationToken.None);
        Assert.False(told.IsCompleted);

        for (var time = 0; time < 100; time++)
        {
            _windows.Tell(Enum.Parse<WindowsNotice>(notice));
        }

        await told.WaitAsync(Patience);
        await watch.ChangedAsync(CancellationToken.None).WaitAsync(Patience);
        Assert.False(watch.ChangedAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task What_Windows_does_not_tell_of_is_looked_at_all_the_same()
    {
        _windows.Refuses = true;
        using var watch = new WindowsWatch(_windows);

        var waited = Stopwatch.StartNew();
        await watch.ChangedAsync(CancellationToken.None).WaitAsync(Patience);

        Assert.True(waited.Elapsed > TimeSpan.FromMilliseconds(500), $"It looked again after {waited.Elapsed}, which is no pause.");
    }

    [Fact]
    public void Its_end_ends_every_registration_and_a_late_call_harms_nothing()
    {
        var watch = new WindowsWatch(_windows);
        Assert.Equal(4, _windows.Open);

        watch.Dispose();
        watch.Dispose();

        Assert.Equal(0, _windows.Open);
        _windows.Tell(WindowsNotice.Routes);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        using var watch = new WindowsWatch(_windows);
        using var end = new CancellationTokenSource();
        var waiting = watch.ChangedAsync(end.Token);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    private sealed class FakeNotices : IWindowsNotices
    {
        private readonly Dictionary<WindowsNotice, Action> _told = [];

        public bool Refuses { get; set; }

        public int Open { get; private set; }

        public void Tell(WindowsNotice notice) => _told[notice]();

        public IDisposable? Register(WindowsNotice notice, Action happened)
        {
            if (Refuses)
            {
                return null;
            }

            _told.Add(notice, happened);
            Open++;
            return new Registration(() => Open--);
        }

        private sealed class Registration(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }
}
