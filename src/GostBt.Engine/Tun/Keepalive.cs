using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>
/// gost's keepalive datagrams (go-gost/x/handler/tun/client.go and server.go) and GostBt's extension of them.
/// </summary>
/// <remarks>
/// A hello is <c>GOST</c>, 16 bytes of passphrase and 16 bytes for each tunnel address; its answer is exactly 20 bytes, <c>GOST</c> and the
/// client's outer address. The extension appends eight bytes: <c>GBT1</c>, a byte of capabilities, three zeros. gost's server
/// drops a hello whose addresses do not fill multiples of 16 and answers nothing, so a client sends both kinds until an extended
/// answer shows that the far end is bundled.
/// </remarks>
internal static class Keepalive
{
    /// <summary>Bytes of magic and passphrase, and of a plain answer.</summary>
    internal const int HeaderSize = 20;

    /// <summary>Bytes of an extended answer.</summary>
    internal const int ExtendedAnswerSize = HeaderSize + ExtensionSize;

    /// <summary>Capability: frames with a vnet header, super-packets among them, are understood on this link.</summary>
    internal const byte SuperPackets = 1;

    private const int ExtensionSize = 8;

    private static ReadOnlySpan<byte> Magic => "GOST"u8;

    private static ReadOnlySpan<byte> ExtensionMagic => "GBT1"u8;

    /// <summary>Whether a datagram is a keepalive and not a packet.</summary>
    internal static bool IsKeepalive(ReadOnlySpan<byte> datagram) => datagram.Length >= HeaderSize && datagram.StartsWith(Magic);

    /// <summary>Builds a client's hello.</summary>
    /// <param name="passphrase">At most 16 bytes.</param>
    /// <param name="addresses">The client's tunnel addresses.</param>
    /// <param name="capabilities">Null for a plain hello.</param>
    internal static byte[] Hello(ReadOnlySpan<byte> passphrase, IReadOnlyList<TunnelAddress> addresses, byte? capabilities)
    {
        var end = HeaderSize + (addresses.Count * TunnelAddress.Size);
        var hello = new byte[end + (capabilities is null ? 0 : ExtensionSize)];
        Magic.CopyTo(hello);
        passphrase.CopyTo(hello.AsSpan(4, TunPassphrase.Size));
        for (var i = 0; i < addresses.Count; i++)
        {
            addresses[i].Write(hello.AsSpan(HeaderSize + (i * TunnelAddress.Size)));
        }

        if (capabilities is { } flags)
        {
            Extend(hello.AsSpan(end), flags);
        }

        return hello;
    }

    /// <summary>Takes a hello apart. Untrusted input.</summary>
    /// <param name="datagram">As received.</param>
    /// <param name="addresses">The bytes of the announced addresses, a multiple of 16, at least one.</param>
    /// <param name="capabilities">Null for a plain hello.</param>
    internal static bool TryParseHello(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> addresses, out byte? capabilities)
    {
        capabilities = null;
        addresses = datagram.Length > HeaderSize ? datagram[HeaderSize..] : default;
        if (addresses.Length % TunnelAddress.Size == ExtensionSize)
        {
            var extension = addresses[^ExtensionSize..];
            if (!extension.StartsWith(ExtensionMagic))
            {
                return false;
            }

            capabilities = extension[4];
            addresses = addresses[..^ExtensionSize];
        }

        return IsKeepalive(datagram) && addresses.Length > 0 && addresses.Length % TunnelAddress.Size == 0;
    }

    /// <summary>The passphrase in a hello.</summary>
    internal static ReadOnlySpan<byte> Passphrase(ReadOnlySpan<byte> hello) => hello.Slice(4, TunPassphrase.Size);

    /// <summary>Builds a server's answer.</summary>
    /// <param name="answer">At least <see cref="ExtendedAnswerSize"/> bytes.</param>
    /// <param name="observed">The client's outer address.</param>
    /// <param name="capabilities">What the server agrees to, or null for a plain answer.</param>
    /// <returns>Its length.</returns>
    internal static int Answer(Span<byte> answer, IPAddress observed, byte? capabilities)
    {
        Magic.CopyTo(answer);
        TunnelAddress.From(observed).Write(answer[4..]);
        if (capabilities is not { } flags)
        {
            return HeaderSize;
        }

        Extend(answer[HeaderSize..], flags);
        return ExtendedAnswerSize;
    }

    /// <summary>Whether a client received an answer, and what the server agreed to (null for a plain answer).</summary>
    internal static bool TryParseAnswer(ReadOnlySpan<byte> datagram, out byte? capabilities)
    {
        capabilities = null;
        if (!IsKeepalive(datagram) || datagram.Length is not (HeaderSize or ExtendedAnswerSize))
        {
            return false;
        }

        if (datagram.Length == HeaderSize)
        {
            return true;
        }

        capabilities = datagram[HeaderSize + 4];
        return datagram[HeaderSize..].StartsWith(ExtensionMagic);
    }

    private static void Extend(Span<byte> destination, byte capabilities)
    {
        destination[..ExtensionSize].Clear();
        ExtensionMagic.CopyTo(destination);
        destination[4] = capabilities;
    }
}
