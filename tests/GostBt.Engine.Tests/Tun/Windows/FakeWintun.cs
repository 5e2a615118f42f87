using System.Runtime.InteropServices;
using GostBt.Engine.Tun.Windows;

namespace GostBt.Engine.Tests.Tun.Windows;

/// <summary>wintun.dll in memory: one adapter, one session, and a ring of one packet in each direction that a test fills and empties.</summary>
internal sealed unsafe class FakeWintun : IWintun, IDisposable
{
    private readonly byte* _memory = (byte*)NativeMemory.Alloc(65536);
    private readonly byte[] _toEngine = new byte[65536];
    private readonly AutoResetEvent _readable = new(initialState: false);
    private int _size;

    public List<string> Calls { get; } = [];

    /// <summary>What the engine wrote; not collected while <see cref="Counting"/>.</summary>
    public List<byte[]> Written { get; } = [];

    public int Count { get; private set; }

    public bool Counting { get; set; }

    public int Released { get; private set; }

    /// <summary>What every call fails with; 0 for none.</summary>
    public int CreateError { get; set; }

    public int SessionError { get; set; }

    public int RingError { get; set; }

    public int LastError { get; private set; }

    public void Offer(byte[] packet)
    {
        packet.CopyTo(_toEngine, 0);
        _size = packet.Length;
        _readable.Set();
    }

    public nint CreateAdapter(string name, string tunnelType, Guid guid)
    {
        Calls.Add($"CreateAdapter {name} {tunnelType} {guid:B}");
        return Answer(CreateError, 7);
    }

    public void CloseAdapter(nint adapter) => Calls.Add($"CloseAdapter {adapter}");

    public ulong GetAdapterLuid(nint adapter) => 0x35;

    public nint StartSession(nint adapter, int capacity)
    {
        Calls.Add($"StartSession {adapter} {capacity}");
        return Answer(SessionError, 9);
    }

    public void EndSession(nint session) => Calls.Add($"EndSession {session}");

    public WaitHandle GetReadWaitEvent(nint session) => _readable;

    public byte* ReceivePacket(nint session, out int size)
    {
        size = 0;
        if (RingError != 0 || _size == 0)
        {
            LastError = RingError != 0 ? RingError : WintunErrors.NoMoreItems;
            return null;
        }

        size = _size;
        _size = 0;
        _toEngine.AsSpan(0, size).CopyTo(new Span<byte>(_memory, size));
        return _memory;
    }

    public void ReleaseReceivePacket(nint session, byte* packet)
    {
        Assert.True(packet == _memory);
        Released++;
    }

    public byte* AllocateSendPacket(nint session, int size)
    {
        if (RingError != 0)
        {
            LastError = RingError;
            return null;
        }

        _size = size;
        return _memory;
    }

    public void SendPacket(nint session, byte* packet)
    {
        Count++;
        if (!Counting)
            Written.Add(new ReadOnlySpan<byte>(packet, _size).ToArray());
        _size = 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _readable.Dispose();
    }

    private nint Answer(int error, nint handle)
    {
        LastError = error;
        return error == 0 ? handle : 0;
    }
}
