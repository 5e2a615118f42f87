using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_one_holds_it()
    {
        using var first = await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.Zero, CancellationToken.None);

        Assert.NotNull(first);
        Assert.Null(await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.FromMilliseconds(120), CancellationToken.None));
        Assert.True(AgentLock.IsHeld(_folder["lock"]));
    }

    [Fact]
    public async Task It_is_free_again_after_its_holder()
    {
        (await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.Zero, CancellationToken.None))!.Dispose();

        Assert.False(AgentLock.IsHeld(_folder["lock"]));
        using var second = await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_lock_nobody_ever_took_is_free_and_asking_makes_no_file()
    {
        Assert.False(AgentLock.IsHeld(_folder["lock"]));
        Assert.False(File.Exists(_folder["lock"]));
    }

    [Fact]
    public async Task Who_asks_takes_another_who_asks_for_no_holder()
    {
        (await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.Zero, CancellationToken.None))!.Dispose();
        var asking = new FileStream(_folder["lock"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        Assert.False(AgentLock.IsHeld(_folder["lock"]));

        var taking = AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.FromSeconds(10), CancellationToken.None);
        await asking.DisposeAsync();
        using var holder = await taking;
        Assert.NotNull(holder);
        Assert.True(AgentLock.IsHeld(_folder["lock"]));
    }

    [Fact]
    public async Task Waiting_for_it_ends_when_it_becomes_free()
    {
        var first = await AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.Zero, CancellationToken.None);
        var waiting = AgentLock.TryTakeAsync(_folder["lock"], TimeSpan.FromSeconds(10), CancellationToken.None);
        first!.Dispose();

        using var second = await waiting;
        Assert.NotNull(second);
    }
}
