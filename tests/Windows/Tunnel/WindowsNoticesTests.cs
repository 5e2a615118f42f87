using GostBt.Tunnel;
using GostBt.Windows.Tests.Running;

namespace GostBt.Windows.Tests.Tunnel;

/// <summary>The real notifications of iphlpapi and powrprof. Wine takes none of them, or never tells; on Windows the changes are for docs/windows-checklist.md.</summary>
public sealed class WindowsNoticesTests
{
    [SkippableTheory]
    [InlineData(nameof(WindowsNotice.Interfaces))]
    [InlineData(nameof(WindowsNotice.Addresses))]
    [InlineData(nameof(WindowsNotice.Routes))]
    [InlineData(nameof(WindowsNotice.Resume))]
    public void A_registration_is_made_and_ended_or_refused_without_harm(string notice)
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        var told = 0;

        for (var time = 0; time < 20; time++)
        {
            using var registration = new WindowsNotices().Register(Enum.Parse<WindowsNotice>(notice), () => told++);
            GC.Collect();
            Assert.True(registration is not null || Wine.IsHere, $"Windows refuses to tell of {notice}.");
            registration?.Dispose();
        }

        Assert.Equal(0, told);
    }

    [SkippableFact]
    public async Task The_network_is_looked_at_each_second_also_where_nothing_is_told()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        using var watch = new WindowsWatch(new WindowsNotices());

        await watch.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }
}
