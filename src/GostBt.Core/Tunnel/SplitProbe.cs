using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Tunnel;

/// <summary>
/// Finds out what a running SOCKS5 does with an address family: asked to connect to a listener on this PC's loopback, it gets there if it goes direct; through the server it cannot,
/// because the server's loopback is another and closed to clients.
/// </summary>
internal sealed class SplitProbe(int proxyPort)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Whether the SOCKS5 does what a split route says, for every family that this PC has.</summary>
    public async Task<bool> ActsByAsync(SplitRoute split, CancellationToken cancellationToken) =>
        (await GoesDirectAsync(IPAddress.Loopback, cancellationToken).ConfigureAwait(false) ?? split.IPv4 == RouteVia.Direct) == (split.IPv4 == RouteVia.Direct)
        && (await GoesDirectAsync(IPAddress.IPv6Loopback, cancellationToken).ConfigureAwait(false) ?? split.IPv6 == RouteVia.Direct) == (split.IPv6 == RouteVia.Direct);

    // Null where this PC has no such loopback, so that nothing can be found out.
    private async Task<bool?> GoesDirectAsync(IPAddress loopback, CancellationToken cancellationToken)
    {
        var listener = new TcpListener(loopback, 0);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            var arrival = listener.AcceptTcpClientAsync();
            _ = arrival.ContinueWith(accepted => accepted.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            var proxy = new Socks5Client(new IPEndPoint(IPAddress.Loopback, proxyPort));
            using (await proxy.ConnectAsync(loopback.ToString(), ((IPEndPoint)listener.LocalEndpoint).Port, deadline.Token).ConfigureAwait(false))
            {
                // The proxy says yes once it is connected: either here, or to something on the server.
                if (await Task.WhenAny(arrival, Task.Delay(200, deadline.Token)).ConfigureAwait(false) != arrival)
                {
                    return false;
                }

                arrival.Result.Dispose();
                return true;
            }
        }
        catch (Exception e) when (e is GostBtException or IOException or SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            listener.Stop();
        }
    }
}
