namespace GostBt.Engine.Tun.Windows;

/// <summary>wintun.dll's functions (wintun.h of 0.14), one to one. Handles are zero on failure; the error is <see cref="LastError"/>.</summary>
internal unsafe interface IWintun
{
    /// <summary>The error of the last call on this thread that failed (winerror.h).</summary>
    int LastError { get; }

    /// <summary>WintunCreateAdapter: loads the driver if need be and makes the adapter; it vanishes when it is closed, or with the process.</summary>
    nint CreateAdapter(string name, string tunnelType, Guid guid);

    /// <summary>WintunCloseAdapter.</summary>
    void CloseAdapter(nint adapter);

    /// <summary>WintunGetAdapterLUID.</summary>
    ulong GetAdapterLuid(nint adapter);

    /// <summary>WintunStartSession.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="capacity">Bytes of each ring, a power of two from 128 KiB to 64 MiB.</param>
    nint StartSession(nint adapter, int capacity);

    /// <summary>WintunEndSession.</summary>
    void EndSession(nint session);

    /// <summary>WintunGetReadWaitEvent: set when there are packets; belongs to the session.</summary>
    WaitHandle GetReadWaitEvent(nint session);

    /// <summary>WintunReceivePacket: the next packet in the ring, or null.</summary>
    byte* ReceivePacket(nint session, out int size);

    /// <summary>WintunReleaseReceivePacket.</summary>
    void ReleaseReceivePacket(nint session, byte* packet);

    /// <summary>WintunAllocateSendPacket: room in the ring, or null.</summary>
    byte* AllocateSendPacket(nint session, int size);

    /// <summary>WintunSendPacket.</summary>
    void SendPacket(nint session, byte* packet);
}
