using System.Net;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class PacketOutboxTests
{
    private static readonly IPEndPoint Own = new(IPAddress.Parse(TunPair.Home), 6666);

    private readonly TunSettings _settings = TunPair.Settings();

    [Fact]
    public void Whoever_sends_from_a_published_port_never_waits_for_a_link_that_takes_nothing()
    {
        using var taken = new ManualResetEventSlim();
        using var freed = new ManualResetEventSlim();
        using var outbox = new PacketOutbox("outbox", _settings.Mtu, _ =>
        {
            taken.Set();
            freed.Wait();
        });
        using var port = new TakenPorts(_settings, outbox).TryTake(Own, new Nobody())!;
        var done = 0;
        var sender = new Thread(() =>
        {
            for (; done < 1000; done++)
            {
                Assert.True(port.Send([1, 203, 0, 113, 9, 26, 225, 7]));
            }
        });

        sender.Start();
        Assert.True(taken.Wait(TimeSpan.FromSeconds(20)));
        Assert.True(sender.Join(TimeSpan.FromSeconds(20)), $"it waited after {done} datagrams");
        freed.Set();
    }

    [Fact]
    public void Of_more_than_it_holds_the_oldest_go()
    {
        using var taken = new ManualResetEventSlim();
        using var freed = new ManualResetEventSlim();
        using var sent = new ManualResetEventSlim();
        var data = new List<byte[]>();
        using var outbox = new PacketOutbox("outbox", _settings.Mtu, packet =>
        {
            taken.Set();
            freed.Wait();
            lock (data)
            {
                data.Add(packet.Data[28..].ToArray());
                if (data.Count == PacketOutbox.Capacity + 1)
                    sent.Set();
            }
        });
        using var port = new TakenPorts(_settings, outbox).TryTake(Own, new Nobody())!;

        Send(port, 0);
        Assert.True(taken.Wait(TimeSpan.FromSeconds(20)));
        for (var i = 1; i <= PacketOutbox.Capacity + 10; i++)
            Send(port, i);
        freed.Set();

        Assert.True(sent.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal([0, .. Enumerable.Range(11, PacketOutbox.Capacity)], data.Select(bytes => BitConverter.ToInt32(bytes)));
    }

    private static void Send(TakenPort port, int number) => port.Send([1, 203, 0, 113, 9, 26, 225, .. BitConverter.GetBytes(number)]);

    private sealed class Nobody : IDatagramTaker
    {
        public void Take(Span<byte> frame)
        {
        }
    }
}
