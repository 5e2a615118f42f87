using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>
/// An HTTP server with a release's layout, for GitHub or for a mirror: serves files under <c>/go-gost/gost/releases/download/vVERSION/</c>, also when a mirror's
/// prefix stands before the address. It knows ranges, and misbehaves on demand.
/// </summary>
internal sealed class ReleaseServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public ReleaseServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The files, by name.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The requests: target and Range.</summary>
    public ConcurrentQueue<(string Target, string? Range)> Requests { get; } = new();

    /// <summary>Sends so many bytes of a body and hangs up; once for each item.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>Sends the head and then nothing.</summary>
    public bool Stalls { get; set; }

    /// <summary>Answers everything with this.</summary>
    public string? Status { get; set; }

    /// <summary>Sends who asks for a file to another place first, as GitHub does.</summary>
    public bool Redirects { get; set; }

    /// <summary>Knows nothing of ranges.</summary>
    public bool IgnoresRanges { get; set; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var target = (await reader.ReadLineAsync(_stop.Token) ?? string.Empty).Split(' ').ElementAtOrDefault(1) ?? string.Empty;
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                {
                    var colon = line.IndexOf(':', StringComparison.Ordinal);
                    headers[line[..colon]] = line[(colon + 1)..].Trim();
                }

                Requests.Enqueue((target, headers.GetValueOrDefault("Range")));
                await AnswerAsync(stream, target, headers);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string target, Dictionary<string, string> headers)
    {
        if (Redirects && !target.Contains("/elsewhere/", StringComparison.Ordinal))
        {
            await HeadAsync(stream, "302 Found", $"Location: /elsewhere{target}\r\nContent-Length: 0\r\n");
            return;
        }

        var name = target.Contains("/go-gost/gost/releases/download/v", StringComparison.Ordinal) ? target[(target.LastIndexOf('/') + 1)..] : string.Empty;
        if (Status is { } status || !Files.TryGetValue(name, out var content))
        {
            await HeadAsync(stream, Status ?? "404 Not Found", "Retry-After: 120\r\nContent-Length: 0\r\n");
            return;
        }

        var tag = $"\"{content.Length}-{content.Aggregate(17, (sum, value) => unchecked((sum * 31) + value))}\"";
        var from = 0;
        if (!IgnoresRanges && headers.TryGetValue("Range", out var range) && headers.GetValueOrDefault("If-Range") == tag)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        }

        if (from > 0 && from >= content.Length)
        {
            await HeadAsync(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{content.Length}\r\nContent-Length: 0\r\n");
            return;
        }

        var partial = from > 0 ? $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n" : string.Empty;
        await HeadAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", $"{partial}ETag: {tag}\r\nContent-Length: {content.Length - from}\r\n");
        if (Stalls)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        var count = content.Length - from;
        if (name.EndsWith('z') && Cuts.TryDequeue(out var cut))
        {
            count = Math.Min(count, cut);
        }

        await stream.WriteAsync(content.AsMemory(from, count), _stop.Token);
    }

    private ValueTask HeadAsync(NetworkStream stream, string status, string headers) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n"), _stop.Token);
}
