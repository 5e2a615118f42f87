using System.Text;
using GostBt.Engine.Addresses;
using GostBt.Engine.Services;
using GostBt.Gost;

namespace GostBt.Engine.Socks;

/// <summary>The bytes of SOCKS5, server side: RFC 1928 and RFC 1929.</summary>
internal static class SocksWire
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserPassword = 2;
    private const byte NoneAcceptable = 0xff;
    private const byte UserPasswordVersion = 1;

    /// <summary>Agrees on a method and lets the client show who it is.</summary>
    /// <returns>False where it may not come in; it has been told.</returns>
    /// <exception cref="InvalidDataException">It does not speak SOCKS5.</exception>
    internal static async ValueTask<bool> NegotiateAsync(Stream stream, Credentials? credentials, CancellationToken cancellationToken)
    {
        var buffer = new byte[2 + byte.MaxValue];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != Version)
        {
            throw new InvalidDataException("not SOCKS5");
        }

        var methods = buffer.AsMemory(2, buffer[1]);
        await stream.ReadExactlyAsync(methods, cancellationToken).ConfigureAwait(false);
        var method = credentials is null ? NoAuthentication : UserPassword;
        var acceptable = methods.Span.Contains(method);
        await stream.WriteAsync(new[] { Version, acceptable ? method : NoneAcceptable }, cancellationToken).ConfigureAwait(false);
        if (!acceptable || credentials is null)
        {
            return acceptable;
        }

        var accepted = credentials.Accept(await ReadUserAsync(stream, buffer, cancellationToken).ConfigureAwait(false));
        await stream.WriteAsync(new[] { UserPasswordVersion, accepted ? (byte)0 : (byte)1 }, cancellationToken).ConfigureAwait(false);
        return accepted;
    }

    /// <summary>Reads the request.</summary>
    /// <returns>The command byte, and the destination or null where its form is unknown.</returns>
    /// <exception cref="InvalidDataException">It does not speak SOCKS5.</exception>
    internal static async ValueTask<(byte Command, Destination? Destination)> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[SocksAddress.MaximumLength];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != Version)
        {
            throw new InvalidDataException("not SOCKS5");
        }

        var command = buffer[1];
        buffer.AsSpan(3, 2).CopyTo(buffer);
        var length = SocksAddress.Length(buffer.AsSpan(0, 2));
        if (length < 0)
        {
            return (command, null);
        }

        await stream.ReadExactlyAsync(buffer.AsMemory(2, length - 2), cancellationToken).ConfigureAwait(false);
        return SocksAddress.TryRead(buffer.AsSpan(0, length), out var destination, out _)
            ? (command, destination)
            : throw new InvalidDataException("a SOCKS5 request with a broken host name");
    }

    /// <summary>Answers the request.</summary>
    internal static ValueTask ReplyAsync(Stream stream, SocksReply reply, Destination bound, CancellationToken cancellationToken)
    {
        var message = new byte[3 + SocksAddress.MaximumLength];
        message[0] = Version;
        message[1] = (byte)reply;
        var length = 3 + SocksAddress.Write(message.AsSpan(3), bound);
        return stream.WriteAsync(message.AsMemory(0, length), cancellationToken);
    }

    private static async ValueTask<GostAuth> ReadUserAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != UserPasswordVersion)
        {
            throw new InvalidDataException("not RFC 1929");
        }

        var user = await ReadTextAsync(stream, buffer, buffer[1], cancellationToken).ConfigureAwait(false);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
        return new GostAuth(user, await ReadTextAsync(stream, buffer, buffer[0], cancellationToken).ConfigureAwait(false));
    }

    private static async ValueTask<string> ReadTextAsync(Stream stream, byte[] buffer, int length, CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
