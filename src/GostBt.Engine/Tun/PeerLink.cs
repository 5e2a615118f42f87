using System.Net;

namespace GostBt.Engine.Tun;

/// <summary>What carries datagrams to and from one far end: a framed stream, or UDP. Owns the queue of what goes out.</summary>
internal abstract class PeerLink(FrameQueue queue)
{
    private long _lastHeard = Environment.TickCount64;

    /// <summary>Packets on their way out.</summary>
    internal FrameQueue Queue { get; } = queue;

    /// <summary>The far end's outer address as far as it is known.</summary>
    internal abstract IPAddress Remote { get; }

    /// <summary>Whether frames of up to 65,535 bytes arrive whole: then super-packets may be agreed on.</summary>
    internal abstract bool CarriesSuperPackets { get; }

    /// <summary>How long nothing was heard.</summary>
    internal TimeSpan Silence => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastHeard));

    /// <summary>Notes that something was heard.</summary>
    internal void Hear() => Volatile.Write(ref _lastHeard, Environment.TickCount64);
}
