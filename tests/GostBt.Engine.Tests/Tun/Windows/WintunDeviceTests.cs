using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;
using GostBt.Engine.Tun.Windows;
using GostBt.Model;

namespace GostBt.Engine.Tests.Tun.Windows;

public sealed class WintunDeviceTests : IDisposable
{
    private const int Packets = 2000;
    private const int Tolerated = 4096;

    private static readonly Guid Identity = Guid.Parse("6ba7b810-9dad-81d1-80b4-00c04fd430c8");

    private readonly FakeWintun _wintun = new();
    private readonly byte[] _buffer = new byte[ITunDevice.FrameCapacity];

    public void Dispose() => _wintun.Dispose();

    [Fact]
    public void It_makes_the_adapter_sets_it_up_and_takes_it_back()
    {
        ulong setUp = 0;
        var device = WintunDevice.Open(_wintun, "gost_tun", Identity, luid => setUp = luid);

        Assert.Equal(0x35ul, setUp);
        device.Dispose();
        device.Dispose();
        Assert.Equal(
            ["CreateAdapter gost_tun GostBt {6ba7b810-9dad-81d1-80b4-00c04fd430c8}", "StartSession 7 8388608", "EndSession 9", "CloseAdapter 7"],
            _wintun.Calls);
    }

    [Fact]
    public void A_packet_is_read_behind_an_empty_vnet_header_and_its_room_given_back()
    {
        using var device = Open();
        var packet = PacketBuilder.Udp("192.168.123.2", "192.0.2.9", [1, 2, 3]);
        Assert.Equal(0, device.TryRead(_buffer));
        _wintun.Offer(packet);
        _buffer.AsSpan().Fill(0xFF);

        Assert.True(device.WaitReadable());
        var read = device.TryRead(_buffer);

        Assert.Equal([.. new byte[VnetHeader.Size], .. packet], _buffer[..read]);
        Assert.Equal(1, _wintun.Released);
        Assert.Equal(0, device.TryRead(_buffer));
    }

    [Fact]
    public void A_plain_packet_is_written_as_it_is()
    {
        using var device = Open();
        var packet = PacketBuilder.Udp("192.0.2.9", "192.168.123.2", [1, 2, 3]);

        device.Write(PacketBuilder.Frame(packet));

        Assert.Equal(packet, Assert.Single(_wintun.Written));
    }

    [Fact]
    public void A_super_packet_is_cut_and_its_checksums_are_completed()
    {
        using var device = Open();
        var packet = PacketBuilder.Tcp("192.0.2.9", "192.168.123.2", PacketBuilder.Random(3000, new Random(1)));

        device.Write(PacketBuilder.SuperFrame(packet, gsoSize: 1300));

        Assert.Equal([1340, 1340, 440], _wintun.Written.Select(written => written.Length));
        Assert.All(_wintun.Written, written => Assert.True(PacketBuilder.ChecksumsHold(written)));
        Assert.Equal(packet[40..], _wintun.Written.SelectMany(written => written[40..]));
    }

    [Fact]
    public void Merged_segments_are_not_asked_for()
    {
        using var device = Open();
        var writer = new TunWriter(device);
        var packet = PacketBuilder.Tcp("192.0.2.9", "192.168.123.2", new byte[100]);
        var room = PacketBuilder.Frame(packet);
        Assert.True(TunWriter.TryParse(room, superPackets: false, out var parsed));

        writer.Write(room, parsed);

        Assert.Equal(packet, Assert.Single(_wintun.Written));
    }

    [Fact]
    public void What_a_full_ring_does_not_take_is_lost_as_on_any_link()
    {
        using var device = Open();
        _wintun.RingError = WintunErrors.BufferOverflow;
        device.Write(PacketBuilder.Frame(PacketBuilder.Udp("192.0.2.9", "192.168.123.2", [1])));

        _wintun.RingError = 0;
        device.Write(PacketBuilder.Frame(PacketBuilder.Udp("192.0.2.9", "192.168.123.2", [2])));

        Assert.Equal(2, Assert.Single(_wintun.Written)[^1]);
    }

    [Fact]
    public void An_adapter_that_somebody_removed_is_gone_for_reader_and_writer()
    {
        using var device = Open();
        _wintun.RingError = WintunErrors.EndOfFile;

        Assert.Contains("gost_tun is gone", Assert.Throws<IOException>(() => device.TryRead(_buffer)).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => device.Write(PacketBuilder.Frame(PacketBuilder.Udp("192.0.2.9", "192.168.123.2", [1]))));
    }

    [Fact]
    public async Task Its_reader_ends_when_it_is_told_to_and_nothing_touches_the_rings_afterwards()
    {
        var device = Open();
        using var stop = new CancellationTokenSource();
        var reading = TunReader.RunAsync(device, _ => { }, stop.Token);

        await stop.CancelAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(20));
        device.Dispose();

        Assert.False(device.WaitReadable());
        Assert.Throws<IOException>(() => device.TryRead(_buffer));
        Assert.Throws<IOException>(() => device.Write(PacketBuilder.Frame(PacketBuilder.Udp("192.0.2.9", "192.168.123.2", [1]))));
        Assert.Empty(_wintun.Written);
    }

    [Fact]
    public void Reading_and_writing_allocates_nothing_a_packet()
    {
        using var device = Open();
        _wintun.Counting = true;
        var packet = PacketBuilder.Udp("192.168.123.2", "192.0.2.9", new byte[1200]);
        var plain = PacketBuilder.Frame(packet);
        var super = PacketBuilder.SuperFrame(PacketBuilder.Tcp("192.0.2.9", "192.168.123.2", new byte[3000]), gsoSize: 1300);
        Carry(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(Packets);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Tolerated);
        Assert.Equal(4 * (Packets + 10), _wintun.Count);

        void Carry(int packets)
        {
            for (var i = 0; i < packets; i++)
            {
                _wintun.Offer(packet);
                Assert.True(device.WaitReadable());
                Assert.True(device.TryRead(_buffer) > 0);
                device.Write(plain);
                device.Write(super);
            }
        }
    }

    [Theory]
    [InlineData(WintunErrors.AccessDenied, GostBtFailure.NotPrivileged)]
    [InlineData(WintunErrors.AlreadyExists, GostBtFailure.Conflict)]
    [InlineData(WintunErrors.InvalidImageHash, GostBtFailure.UnsupportedSystem)]
    [InlineData(WintunErrors.ServiceDisabled, GostBtFailure.UnsupportedSystem)]
    [InlineData(31, GostBtFailure.TunnelFailed)]
    public void A_refused_adapter_has_a_reason_and_a_remedy(int code, GostBtFailure failure)
    {
        _wintun.CreateError = code;

        var error = Assert.Throws<GostBtException>(() => Open());

        Assert.Equal(failure, error.Failure);
        Assert.Contains("gost_tun", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Nothing_stays_behind_when_a_later_step_fails()
    {
        _wintun.SessionError = 8;
        Assert.Throws<GostBtException>(() => Open());
        Assert.Equal("CloseAdapter 7", _wintun.Calls[^1]);

        _wintun.SessionError = 0;
        Assert.Throws<GostBtException>(() => WintunDevice.Open(_wintun, "gost_tun", Identity, _ => throw WintunErrors.Taken("gost_tun")));
        Assert.Equal(["EndSession 9", "CloseAdapter 7"], _wintun.Calls.TakeLast(2));
    }

    private WintunDevice Open() => WintunDevice.Open(_wintun, "gost_tun", Identity, _ => { });
}
