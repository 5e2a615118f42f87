using System.Diagnostics;
using System.Net.Sockets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class UdpTransmitterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-unix-").FullName;
    private readonly Socket _far = Unix();
    private readonly Socket _near = Unix();

    public void Dispose()
    {
        _far.Dispose();
        _near.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // A datagram socket of this kind is full after a few datagrams that nobody takes, as one of UDP is when its network card is slow.
    [SkippableFact]
    public async Task A_full_socket_holds_up_no_thread()
    {
        Skip.If(OperatingSystem.IsWindows(), "no such sockets there");
        var end = new UnixDomainSocketEndPoint(Path.Combine(_folder, "far"));
        _far.Bind(end);
        _near.Connect(end);
        _near.Blocking = false;
        var queue = new FrameQueue();
        for (var i = 0; i < 2000; i++)
            Assert.True(queue.Post([1, 2, 3]));

        // On the caller's thread as far as it gets without waiting; each of the datagrams may wait 5 ms.
        var watch = Stopwatch.StartNew();
        var running = UdpTransmitter.RunAsync(queue, _near, destination: null);
        var returned = watch.Elapsed;

        Assert.InRange(returned.TotalSeconds, 0, 5);
        Assert.Equal(3, _far.Receive(new byte[10]));
        queue.Complete();
        _near.Dispose();
        await running.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static Socket Unix() => new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
}
