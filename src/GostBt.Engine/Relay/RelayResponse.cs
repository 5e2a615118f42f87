using GostBt.Engine.Addresses;

namespace GostBt.Engine.Relay;

/// <summary>A relay server's answer.</summary>
internal static class RelayResponse
{
    /// <summary>Sends a status, with the bound address where there is one.</summary>
    internal static ValueTask WriteAsync(Stream stream, RelayStatus status, Destination? bound, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encode(status, bound), cancellationToken);

    /// <summary>Reads an answer to the end.</summary>
    /// <exception cref="RelayRefusedException">It is a refusal.</exception>
    /// <exception cref="IOException">It is no answer of a relay server.</exception>
    internal static async ValueTask ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte status;
        try
        {
            (status, _) = await RelayWire.ReadMessageAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new IOException("The far end ended the connection or does not speak gost's relay protocol.", e);
        }

        if (status != (byte)RelayStatus.Ok)
        {
            throw new RelayRefusedException((RelayStatus)status);
        }
    }

    internal static byte[] Encode(RelayStatus status, Destination? bound)
    {
        Span<byte> message = stackalloc byte[RelayWire.HeaderLength + RelayWire.FeatureHeaderLength + SocksAddress.MaximumLength];
        var length = 0;
        if (bound is { } address)
        {
            var at = message[RelayWire.HeaderLength..];
            length = RelayWire.CloseFeature(at, RelayWire.AddressFeature, SocksAddress.Write(at[RelayWire.FeatureHeaderLength..], address));
        }

        RelayWire.CloseMessage(message, (byte)status, length);
        return message[..(RelayWire.HeaderLength + length)].ToArray();
    }
}
