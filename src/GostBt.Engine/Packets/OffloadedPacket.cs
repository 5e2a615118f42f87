namespace GostBt.Engine.Packets;

/// <summary>
/// An IP packet with its vnet header, checked: what the header claims agrees with what the packet is, so that it can be
/// segmented, completed, or given to a kernel without trusting who sent it.
/// </summary>
public readonly ref struct OffloadedPacket
{
    private const int TcpChecksumOffset = 16;
    private const int UdpChecksumOffset = 6;
    private const int UdpHeader = 8;

    // Linux clamps a peer's MSS to 48, of which 40 may be options (TCP_MIN_GSO_SIZE), and sends at most 128 datagrams a UDP super-packet; less or more
    // only wastes the kernel's time.
    private const int LeastTcpSegment = 8;
    private const int MostUdpSegments = 128;

    private OffloadedPacket(ReadOnlySpan<byte> data, IpPacket ip, VnetHeader offload)
    {
        Data = data;
        Ip = ip;
        Offload = offload;
    }

    /// <summary>The packet, without its vnet header and without anything beyond its total length.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Where things are in it.</summary>
    public IpPacket Ip { get; }

    /// <summary>The header as it should be: lengths and offsets are computed here, not taken over.</summary>
    public VnetHeader Offload { get; }

    /// <summary>Whether it stands for several packets.</summary>
    public bool IsSuper => Offload.GsoType != VnetHeader.GsoNone;

    /// <summary>A packet that came without a vnet header.</summary>
    public static bool TryParsePlain(ReadOnlySpan<byte> data, out OffloadedPacket packet)
    {
        packet = default;
        if (!IpPacket.TryParse(data, out var ip))
        {
            return false;
        }

        packet = new OffloadedPacket(data[..ip.TotalLength], ip, default);
        return true;
    }

    /// <summary>A packet behind a vnet header. Untrusted input is fine.</summary>
    /// <returns>False when it is malformed or claims what its headers do not bear out.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out OffloadedPacket packet)
    {
        packet = default;
        if (frame.Length < VnetHeader.Size)
        {
            return false;
        }

        var claimed = VnetHeader.Read(frame);
        var data = frame[VnetHeader.Size..];
        if (!IpPacket.TryParse(data, out var ip))
        {
            return false;
        }

        data = data[..ip.TotalLength];
        if (claimed.GsoType == VnetHeader.GsoNone && (claimed.Flags & VnetHeader.NeedsChecksum) == 0)
        {
            packet = new OffloadedPacket(data, ip, default(VnetHeader) with { Flags = (byte)(claimed.Flags & VnetHeader.DataValid) });
            return true;
        }

        if (!TryLayOut(data, ip, claimed, out var offload))
        {
            return false;
        }

        packet = new OffloadedPacket(data, ip, offload);
        return true;
    }

    private static bool TryLayOut(ReadOnlySpan<byte> data, IpPacket ip, VnetHeader claimed, out VnetHeader offload)
    {
        offload = default;
        var transport = data[ip.TransportOffset..];
        int header, checksumOffset;
        if (ip.IsFragment || (claimed.Flags & VnetHeader.NeedsChecksum) == 0)
        {
            return false;
        }

        if (ip.Protocol == IpProtocol.Tcp && transport.Length >= 20)
        {
            header = (transport[12] >> 4) * 4;
            checksumOffset = TcpChecksumOffset;
            if (header < 20)
            {
                return false;
            }
        }
        else if (ip.Protocol == IpProtocol.Udp && transport.Length >= UdpHeader)
        {
            header = UdpHeader;
            checksumOffset = UdpChecksumOffset;
        }
        else
        {
            return false;
        }

        if (header > transport.Length || !SegmentsAreSane(claimed, ip, transport.Length - header))
        {
            return false;
        }

        offload = new VnetHeader(
            VnetHeader.NeedsChecksum,
            claimed.GsoType,
            (ushort)(ip.TransportOffset + header),
            claimed.GsoType == VnetHeader.GsoNone ? (ushort)0 : claimed.GsoSize,
            (ushort)ip.TransportOffset,
            (ushort)checksumOffset);
        return true;
    }

    private static bool SegmentsAreSane(VnetHeader claimed, IpPacket ip, int payload) => claimed.GsoType switch
    {
        VnetHeader.GsoNone => true,
        VnetHeader.GsoTcp4 => ip is { Version: 4, Protocol: IpProtocol.Tcp } && payload > 0 && claimed.GsoSize >= LeastTcpSegment,
        VnetHeader.GsoTcp6 => ip is { Version: 6, Protocol: IpProtocol.Tcp } && payload > 0 && claimed.GsoSize >= LeastTcpSegment,
        VnetHeader.GsoUdp => ip.Protocol == IpProtocol.Udp && payload > 0 && claimed.GsoSize > 0
            && payload <= claimed.GsoSize * MostUdpSegments,
        _ => false,
    };
}
