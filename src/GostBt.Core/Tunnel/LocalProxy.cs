using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>The SOCKS5 on this PC: whether it listens where it should.</summary>
internal sealed class LocalProxy(Profile profile)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<IPEndPoint> _endpoints =
    [
        new(IPAddress.Loopback, profile.Proxy.Port),
        new(IPAddress.Parse(profile.Tunnel.Client), profile.Proxy.Port),
    ];

    /// <returns>How long it took to connect to each of its addresses, or null when one does not listen.</returns>
    public async Task<TimeSpan?> AskAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        foreach (var endpoint in _endpoints)
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var connect = socket.ConnectAsync(endpoint);
            _ = connect.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            await Task.WhenAny(connect, Task.Delay(Timeout, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (connect.Status != TaskStatus.RanToCompletion)
            {
                return null;
            }
        }

        return watch.Elapsed;
    }
}
