namespace GostBt.Engine.Packets;

/// <summary>
/// Merges TCP segments that arrive one after the other into super-packets (GRO), for a far end that sends plain packets: the kernel then
/// walks its stack once instead of fifty times. Each segment's checksum is verified before, because a merged packet carries none of them.
/// </summary>
/// <param name="write">Takes the finished frames, vnet header first, in the order of their flow.</param>
public sealed class PacketCoalescer(PacketCoalescer.FrameWriter write)
{
    private const int MostFlows = 8;

    // Packets that may come without a pause before everything is written regardless: two super-packets and more.
    private const int MostHeldBack = 128;

    private readonly CoalescedSegments[] _flows = new CoalescedSegments[MostFlows];
    private int _next;
    private int _added;

    /// <summary>Takes a finished frame, valid during the call only.</summary>
    public delegate void FrameWriter(ReadOnlySpan<byte> frame);

    /// <summary>Takes a packet over.</summary>
    /// <returns>False when it is none to be merged: what was held back of its flow is written, and the caller writes it itself.</returns>
    public bool TryAdd(OffloadedPacket packet)
    {
        if (packet.Ip.Protocol != IpProtocol.Tcp)
        {
            return false;
        }

        var found = Find(packet);
        if (!packet.Offload.IsPlain || !TcpSegment.TryParse(packet, out var segment))
        {
            found?.WriteTo(write);
            return false;
        }

        if (found is not null && !found.TryAppend(segment))
        {
            found.WriteTo(write);
            found.Begin(segment);
        }
        else if (found is null)
        {
            found = TakeOver();
            found.Begin(segment);
        }

        if (found.IsComplete)
        {
            found.WriteTo(write);
        }

        if (++_added == MostHeldBack)
        {
            Flush();
        }

        return true;
    }

    /// <summary>Writes all that is held back.</summary>
    public void Flush()
    {
        _added = 0;
        foreach (var flow in _flows)
        {
            flow?.WriteTo(write);
        }
    }

    private CoalescedSegments? Find(OffloadedPacket packet)
    {
        foreach (var flow in _flows)
        {
            if (flow is { IsEmpty: false } && flow.IsSameFlow(packet))
            {
                return flow;
            }
        }

        return null;
    }

    private CoalescedSegments TakeOver()
    {
        foreach (var flow in _flows)
        {
            if (flow is { IsEmpty: true })
            {
                return flow;
            }
        }

        _next = (_next + 1) % MostFlows;
        var taken = _flows[_next] ??= new CoalescedSegments();
        taken.WriteTo(write);
        return taken;
    }
}
