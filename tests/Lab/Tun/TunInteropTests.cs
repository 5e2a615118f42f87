using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Tun;

/// <summary>The bundled engine's TUN on a real kernel, against itself and against a real gost, each way round, through relay over wss.</summary>
[Collection(AloneCollection.Name)]
public sealed class TunInteropTests
{
    public static TheoryData<TunnelEngine, TunnelEngine> Pairings { get; } = new()
    {
        { TunnelEngine.Bundled, TunnelEngine.Bundled },
        { TunnelEngine.Bundled, TunnelEngine.Gost },
        { TunnelEngine.Gost, TunnelEngine.Bundled },
    };

    [SkippableTheory]
    [MemberData(nameof(Pairings))]
    public async Task Pings_and_bulk_TCP_cross_both_ways(TunnelEngine server, TunnelEngine client)
    {
        SkipWhereImpossible(server, client);
        await using var pair = await TunnelPair.RaiseAsync();
        pair.StartServer(server);
        pair.StartClient(client);

        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 20));
        Assert.True(await pair.PingsAsync(pair.ServerNamespace, TunnelPair.ClientInner, 5));
        Assert.True(await pair.PingsAsync(pair.ServerNamespace, "fd00:7::2", 5));
        Assert.True(await TunnelPair.TransfersAsync(pair.ClientNamespace, pair.ServerNamespace, TunnelPair.ServerInner, 64));
        Assert.True(await TunnelPair.TransfersAsync(pair.ServerNamespace, pair.ClientNamespace, TunnelPair.ClientInner, 64));
    }

    [SkippableTheory]
    [MemberData(nameof(Pairings))]
    public async Task Datagrams_an_application_hands_over_as_one_arrive_one_by_one(TunnelEngine server, TunnelEngine client)
    {
        SkipWhereImpossible(server, client);
        await using var pair = await TunnelPair.RaiseAsync();
        pair.StartServer(server);
        pair.StartClient(client);
        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 20));

        Assert.Equal(Enumerable.Repeat(1000, 20).Append(500), await TunnelPair.DatagramsAsync(pair.ClientNamespace, pair.ServerNamespace, TunnelPair.ServerInner));
        Assert.Equal(Enumerable.Repeat(1000, 20).Append(500), await TunnelPair.DatagramsAsync(pair.ServerNamespace, pair.ClientNamespace, TunnelPair.ClientInner));
    }

    [SkippableTheory]
    [MemberData(nameof(Pairings))]
    public async Task A_restarted_server_is_picked_up_by_a_client_that_was_left_alone(TunnelEngine server, TunnelEngine client)
    {
        SkipWhereImpossible(server, client);
        await using var pair = await TunnelPair.RaiseAsync();
        var before = pair.StartServer(server);
        pair.StartClient(client);
        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 20));

        await pair.StopAsync(before);
        Assert.False(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 1));
        pair.StartServer(server);

        Assert.True(await pair.PingsAsync(pair.ClientNamespace, TunnelPair.ServerInner, 15));
    }

    private static void SkipWhereImpossible(TunnelEngine server, TunnelEngine client)
    {
        Skip.If(TunnelPair.Obstacle is not null, TunnelPair.Obstacle);
        Skip.If(!TunnelPair.HasGost && (server == TunnelEngine.Gost || client == TunnelEngine.Gost), "gost is not on PATH");
    }
}
