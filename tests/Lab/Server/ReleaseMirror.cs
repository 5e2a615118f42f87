using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Lab.Tests.Server;

/// <summary>A mirror of gost's releases over HTTP, on a socket of whichever node: serves one archive, knows ranges, and breaks off once if told to.</summary>
internal sealed class ReleaseMirror : IDisposable
{
    private readonly Socket _listener;
    private readonly byte[] _archive;
    private readonly bool _trickles;
    private int _cutAt;

    /// <param name="listener">An unbound TCP socket.</param>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="archive">What it serves.</param>
    /// <param name="cutAt">The first answer ends after so many bytes; 0 for never.</param>
    /// <param name="trickles">Whether it serves 20 kB a second: never silent, never done.</param>
    public ReleaseMirror(Socket listener, IPEndPoint address, byte[] archive, int cutAt = 0, bool trickles = false)
    {
        _trickles = trickles;
        _listener = listener;
        _archive = archive;
        _cutAt = cutAt;
        listener.Bind(address);
        listener.Listen();
        Address = new Uri($"http://{listener.LocalEndPoint}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Who asked, and from which byte on.</summary>
    public ConcurrentQueue<(IPAddress From, int Start)> Requests { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await using var stream = new NetworkStream(client);
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var target = await reader.ReadLineAsync() ?? "";
                var start = 0;
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) start = int.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
                }

                Requests.Enqueue((((IPEndPoint)client.RemoteEndPoint!).Address, start));
                if (!target.Contains($"https://github.com/go-gost/gost/releases/download/v3.2.6/{GostRelease.Name}", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                    return;
                }

                var status = start > 0 ? $"206 Partial Content\r\nContent-Range: bytes {start}-{_archive.Length - 1}/{_archive.Length}" : "200 OK";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {status}\r\nContent-Length: {_archive.Length - start}\r\nETag: \"one\"\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n"));
                for (var sent = start; _trickles && sent + 2000 < _archive.Length; sent += 2000)
                {
                    await stream.WriteAsync(_archive.AsMemory(sent, 2000));
                    await Task.Delay(100);
                }

                var cut = Interlocked.Exchange(ref _cutAt, 0);
                await stream.WriteAsync(_archive.AsMemory(start, cut > 0 ? cut : _archive.Length - start));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // It hung up.
            }
        }
    }
}
