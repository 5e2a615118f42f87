using GostBt.Engine.Packets;
using GostBt.Engine.Tun;
using GostBt.Model;

namespace GostBt.Engine.Tests.Tun;

public sealed class StandingTunTests : IDisposable
{
    private static readonly byte[] Frame = new byte[VnetHeader.Size + 20];

    private readonly List<FragileTun> _opened = [];
    private readonly List<string> _told = [];
    private volatile bool _exists = true;
    private int _refusals;

    public void Dispose() => _opened.ForEach(device => device.Dispose());

    [Fact]
    public async Task A_device_made_anew_is_attached_to_and_packets_pass_again()
    {
        using var tun = Standing(TimeSpan.FromSeconds(30));
        _opened[0].Break();
        _exists = false;
        _refusals = 2;
        Assert.Null(Record.Exception(() => tun.Write(Frame)));

        var waiting = Task.Run(tun.WaitReadable);
        Assert.True(SpinWait.SpinUntil(() => _opened[0].IsDisposed, TimeSpan.FromSeconds(20)));
        Assert.Single(_opened);
        _exists = true;

        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(2, _opened.Count);
        tun.Write(Frame);
        Assert.Equal(1, _opened[1].Written);
        Assert.Equal(0, tun.TryRead(new byte[ITunDevice.FrameCapacity]));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void A_device_that_nobody_makes_anew_ends_the_service()
    {
        using var tun = Standing(TimeSpan.FromMilliseconds(50));
        _opened[0].Break();
        _exists = false;

        Assert.Contains("fragile", Assert.Throws<IOException>(() => tun.WaitReadable()).Message, StringComparison.Ordinal);
        Assert.Single(_opened);
    }

    [Fact]
    public async Task An_engine_that_ends_does_not_wait_for_it()
    {
        using var tun = Standing(TimeSpan.FromMinutes(5));
        _opened[0].Break();
        _exists = false;
        var waiting = Task.Run(tun.WaitReadable);
        Assert.True(SpinWait.SpinUntil(() => _opened[0].IsDisposed, TimeSpan.FromSeconds(20)));

        tun.Stop();

        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private StandingTun Standing(TimeSpan patience) => new(() => _exists, Open, _told.Add, patience);

    private FragileTun Open()
    {
        if (_opened.Count > 0 && _refusals-- > 0)
            throw new GostBtException(GostBtFailure.Conflict, "held", "wait");
        _opened.Add(new FragileTun());
        return _opened[^1];
    }

    private sealed class FragileTun : ITunDevice
    {
        private readonly ManualResetEventSlim _stopped = new();
        private volatile bool _broken;

        public int Written { get; private set; }

        public bool IsDisposed { get; private set; }

        public string Name => "fragile";

        public bool TakesUdpSuperPackets => true;

        public void Break() => _broken = true;

        public int TryRead(Span<byte> buffer) => _broken ? throw Gone() : 0;

        public bool WaitReadable() => _broken ? throw Gone() : !_stopped.IsSet;

        public void Write(ReadOnlySpan<byte> frame)
        {
            if (_broken) throw Gone();
            Written++;
        }

        public void Stop()
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            _stopped.Set();
        }

        public void Dispose() => IsDisposed = true;

        private static IOException Gone() => new("fragile is gone");
    }
}
