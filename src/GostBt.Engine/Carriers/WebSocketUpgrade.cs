using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace GostBt.Engine.Carriers;

/// <summary>The opening handshake of RFC 6455 section 4, both sides of it.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>gost's path where the configuration names none.</summary>
    internal const string DefaultPath = "/ws";

    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly TimeSpan NoKeepAlive = Timeout.InfiniteTimeSpan;

    /// <summary>Answers a client's request.</summary>
    /// <exception cref="InvalidDataException">It was no upgrade to the path; 400 or 404 has been sent.</exception>
    internal static async ValueTask<WebSocketStream> AcceptAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        HttpHead head;
        try
        {
            head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            await RefuseAsync(stream, "400 Bad Request", cancellationToken).ConfigureAwait(false);
            throw;
        }

        var request = head.FirstLine.Split(' ');
        if (request is not ["GET", var target, "HTTP/1.1"])
        {
            await RefuseAsync(stream, "400 Bad Request", cancellationToken).ConfigureAwait(false);
            throw new InvalidDataException("not an HTTP/1.1 GET");
        }

        if (target.Split('?')[0] != path)
        {
            await RefuseAsync(stream, "404 Not Found", cancellationToken).ConfigureAwait(false);
            throw new InvalidDataException("another path");
        }

        var key = head["Sec-WebSocket-Key"];
        Span<byte> nonce = stackalloc byte[16];
        if (!head.HasToken("Connection", "upgrade") || !head.HasToken("Upgrade", "websocket") || head["Sec-WebSocket-Version"] != "13"
            || !Convert.TryFromBase64String(key, nonce, out var length) || length != 16)
        {
            await RefuseAsync(stream, "400 Bad Request", cancellationToken).ConfigureAwait(false);
            throw new InvalidDataException("not a websocket upgrade");
        }

        await SendAsync(stream, $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(key)}\r\n\r\n", cancellationToken).ConfigureAwait(false);
        return Open(stream, isServer: true);
    }

    /// <summary>Asks a server.</summary>
    /// <exception cref="IOException">It does not upgrade.</exception>
    internal static async ValueTask<WebSocketStream> RequestAsync(Stream stream, string host, string path, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await SendAsync(stream, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n", cancellationToken).ConfigureAwait(false);
        HttpHead head;
        try
        {
            head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new IOException("The far end did not answer the websocket upgrade with HTTP.", e);
        }

        var status = head.FirstLine.Split(' ');
        if (status is not ["HTTP/1.1", var code, ..])
        {
            throw new IOException("The far end did not answer the websocket upgrade with HTTP/1.1.");
        }

        if (code != "101")
        {
            throw new IOException($"The far end refused the websocket upgrade of path '{path}' with status {code}.");
        }

        return head.HasToken("Upgrade", "websocket") && head["Sec-WebSocket-Accept"] == Accept(key)
            ? Open(stream, isServer: false)
            : throw new IOException("The far end's answer to the websocket upgrade is wrong; something between may have changed it.");
    }

    private static WebSocketStream Open(Stream stream, bool isServer) =>
        new(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = NoKeepAlive }), stream);

#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; it proves that the other end speaks websocket, nothing else.
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350

    private static async Task RefuseAsync(Stream stream, string status, CancellationToken cancellationToken)
    {
        await SendAsync(stream, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", cancellationToken).ConfigureAwait(false);
        await GentleEnd.CompleteAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask SendAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
}
