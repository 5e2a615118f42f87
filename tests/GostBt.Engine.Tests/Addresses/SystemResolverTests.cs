using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Addresses;

/// <summary>A name server that does not answer keeps whoever asks for half a minute; the threads that carry the tunnel must not be the ones.</summary>
public sealed class SystemResolverTests : IDisposable
{
    private const string Dead = "dead.example";
    private const int MostThreads = 8;

    private readonly ManualResetEventSlim _answer = new();
    private readonly ConcurrentBag<bool> _askedInPool = [];
    private readonly SystemResolver _resolver;
    private int _asking;
    private int _mostAsking;

    public SystemResolverTests() => _resolver = new SystemResolver(LookUp);

    public void Dispose()
    {
        _answer.Set();
        _answer.Dispose();
    }

    [Fact]
    public async Task Connections_by_names_that_nobody_answers_delay_nothing_else()
    {
        using var echo = new TcpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(), _resolver);

        var waiting = Enumerable.Range(0, 40).Select(_ => SocksTestClient.ConnectAsync(home.EndPoint("socks"), Dead, 80)).ToList();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _asking) == MostThreads, TimeSpan.FromSeconds(20)));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);
        Assert.Equal([7], await client.EchoAsync([7]));
        Assert.DoesNotContain(waiting, connecting => connecting.IsCompleted);

        _answer.Set();
        foreach (var connecting in waiting)
        {
            using var refused = await connecting;
            Assert.Equal(4, refused.Reply);
        }

        Assert.DoesNotContain(true, _askedInPool);
        Assert.Equal(MostThreads, _mostAsking);
    }

    [Fact]
    public async Task Who_no_longer_waits_is_not_asked_for()
    {
        using var end = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 40).Select(_ => _resolver.ResolveAsync(Dead, end.Token).AsTask()).ToList();

        await end.CancelAsync();

        foreach (var resolving in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
        }

        _answer.Set();
        Assert.NotEmpty(await _resolver.ResolveAsync("here.example", CancellationToken.None));
        Assert.InRange(_askedInPool.Count, 1, MostThreads + 1);
    }

    [Fact]
    public async Task More_than_can_be_asked_for_in_time_are_refused_at_once()
    {
        var waiting = Enumerable.Range(0, 1000).Select(_ => _resolver.ResolveAsync(Dead, CancellationToken.None).AsTask()).ToList();

        Assert.InRange(waiting.Count(resolving => resolving.IsFaulted), 700, 990);
        _answer.Set();
        foreach (var resolving in waiting)
        {
            await Assert.ThrowsAsync<SocketException>(() => resolving);
        }
    }

    [Fact]
    public async Task The_system_knows_this_machine() =>
        Assert.All(await new SystemResolver().ResolveAsync("localhost", CancellationToken.None), address => Assert.True(IPAddress.IsLoopback(address)));

    [Theory]
    [InlineData("no.such.host.invalid")]
    [InlineData("a-name-of-more-than-sixty-three-characters-in-one-label-is-none-at-all.example")]
    public async Task A_name_that_is_none_is_an_error_of_the_socket(string host) =>
        await Assert.ThrowsAsync<SocketException>(async () => await new SystemResolver().ResolveAsync(host, CancellationToken.None));

    private IPAddress[] LookUp(string host)
    {
        _askedInPool.Add(Thread.CurrentThread.IsThreadPoolThread);
        if (host != Dead)
        {
            return [IPAddress.Loopback];
        }

        var now = Interlocked.Increment(ref _asking);
        InterlockedMax(now);
        _answer.Wait();
        Interlocked.Decrement(ref _asking);
        throw new SocketException((int)SocketError.TryAgain);
    }

    private void InterlockedMax(int value)
    {
        lock (_resolver)
        {
            _mostAsking = Math.Max(_mostAsking, value);
        }
    }
}
