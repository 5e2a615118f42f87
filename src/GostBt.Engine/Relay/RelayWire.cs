using System.Buffers.Binary;

namespace GostBt.Engine.Relay;

/// <summary>
/// The bytes of gost's relay protocol, version 1 (go-gost/relay): version, command or status, the length of the features, the features; a feature is a type byte,
/// a two-byte length and its data.
/// </summary>
internal static class RelayWire
{
    internal const byte Version = 1;
    internal const int HeaderLength = 4;
    internal const int FeatureHeaderLength = 3;

    /// <summary>User and address at their longest with room to spare; gost would read 64 KiB from anybody.</summary>
    internal const int MaximumFeatures = 2048;

    internal const byte UserFeature = 1;
    internal const byte AddressFeature = 2;
    internal const byte TunnelFeature = 3;
    internal const byte NetworkFeature = 4;

    /// <summary>In the command byte: the request is about UDP. Superseded by the network feature, still sent by gost.</summary>
    internal const byte UdpFlag = 0x80;
    internal const byte CommandMask = 0x0f;

    internal const ushort NetworkTcp = 0;
    internal const ushort NetworkUdp = 1;

    /// <summary>Takes the next feature off the front of <paramref name="features"/>.</summary>
    /// <returns>False where the bytes end in the middle of one.</returns>
    internal static bool TryTakeFeature(ref ReadOnlySpan<byte> features, out byte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        if (features.Length < FeatureHeaderLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(features[1..]);
        if (features.Length < FeatureHeaderLength + length)
        {
            return false;
        }

        type = features[0];
        data = features.Slice(FeatureHeaderLength, length);
        features = features[(FeatureHeaderLength + length)..];
        return true;
    }

    /// <summary>Writes a feature's header before data that already stands after it.</summary>
    /// <returns>The length of header and data.</returns>
    internal static int CloseFeature(Span<byte> at, byte type, int dataLength)
    {
        at[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(at[1..], (ushort)dataLength);
        return FeatureHeaderLength + dataLength;
    }

    /// <summary>Writes the message's header before features that already stand after it.</summary>
    internal static void CloseMessage(Span<byte> message, byte second, int featuresLength)
    {
        message[0] = Version;
        message[1] = second;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)featuresLength);
    }

    /// <summary>Reads one message: its second byte and its features.</summary>
    /// <exception cref="InvalidDataException">Another version, or more features than anyone needs.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    internal static async ValueTask<(byte Second, byte[] Features)> ReadMessageAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));
        if (header[0] != Version || length > MaximumFeatures)
        {
            throw new InvalidDataException("not a relay message of version 1");
        }

        var features = new byte[length];
        await stream.ReadExactlyAsync(features, cancellationToken).ConfigureAwait(false);
        return (header[1], features);
    }
}
