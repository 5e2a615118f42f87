using System.Net;
using GostBt.Engine.Carriers;

namespace GostBt.Engine.Tests.Carriers;

public sealed class PendingConnectionsTests
{
    private static readonly IPAddress Home = IPAddress.Parse("198.51.100.1");
    private static readonly IPAddress Stranger = IPAddress.Parse("198.51.100.2");

    // Oldest first; the last one comes when there is no room any more. In brackets is who has to go.
    [Theory]
    [InlineData("[A] B C D", "E")]
    [InlineData("[B] C D E", "F")]
    [InlineData("[home] home A B", "C")]
    [InlineData("A [home] B home", "home", 1)]
    [InlineData("[A] home home B", "C")]
    public void Without_a_source_that_has_too_many_the_oldest_of_all_goes(string before, string newcomer, int share = 16)
    {
        var sources = before.Split(' ');
        var pending = new PendingConnections(sources.Length, share, TimeSpan.FromMinutes(1));
        var entries = sources.Select(source => pending.Add(AddressOf(source.Trim('[', ']')), default)).ToList();

        using var last = pending.Add(AddressOf(newcomer), default);

        Assert.Equal(sources.Select(source => source[0] == '['), entries.Select(entry => entry.Token.IsCancellationRequested));
        Assert.False(last.Token.IsCancellationRequested);
        entries.ForEach(entry => entry.Dispose());
    }

    [Fact]
    public void In_a_flood_from_many_addresses_each_stays_as_long_as_any_other()
    {
        var pending = new PendingConnections(4, 16, TimeSpan.FromMinutes(1));
        var entries = Enumerable.Range(1, 20).Select(i => pending.Add(IPAddress.Parse($"203.0.113.{i}"), default)).ToList();

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i < 16), entries.Select(entry => entry.Token.IsCancellationRequested));
        entries.ForEach(entry => entry.Dispose());
    }

    [Fact]
    public void The_source_with_most_connections_loses_its_oldest()
    {
        var pending = new PendingConnections(4, 2, TimeSpan.FromMinutes(1));
        using var home = pending.Add(Home, default);
        using var first = pending.Add(Stranger, default);
        using var second = pending.Add(Stranger, default);
        using var third = pending.Add(Stranger, default);

        using var newcomer = pending.Add(Home, default);

        Assert.True(first.Token.IsCancellationRequested);
        Assert.All([home, second, third, newcomer], entry => Assert.False(entry.Token.IsCancellationRequested));
    }

    [Fact]
    public void One_network_of_IPv6_is_one_source()
    {
        var pending = new PendingConnections(3, 1, TimeSpan.FromMinutes(1));
        using var home = pending.Add(Home, default);
        using var first = pending.Add(IPAddress.Parse("2001:db8::1"), default);
        using var second = pending.Add(IPAddress.Parse("2001:db8::ffff:2"), default);

        using var newcomer = pending.Add(Home, default);

        Assert.True(first.Token.IsCancellationRequested);
        Assert.False(home.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task The_deadline_is_for_those_who_were_not_admitted()
    {
        var pending = new PendingConnections(4, 2, TimeSpan.FromMilliseconds(50));
        using var admitted = pending.Add(Home, default);
        using var silent = pending.Add(Home, default);
        admitted.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(10), silent.Token));
        Assert.False(admitted.Token.IsCancellationRequested);
    }

    [Fact]
    public void Who_was_admitted_or_left_makes_room()
    {
        var pending = new PendingConnections(2, 1, TimeSpan.FromMinutes(1));
        using var admitted = pending.Add(Home, default);
        admitted.Release();
        pending.Add(Home, default).Dispose();
        using var first = pending.Add(Stranger, default);
        using var second = pending.Add(Stranger, default);

        Assert.All([admitted, first, second], entry => Assert.False(entry.Token.IsCancellationRequested));
    }

    private static IPAddress AddressOf(string source) => source == "home" ? Home : new IPAddress([203, 0, 113, (byte)source[0]]);
}
