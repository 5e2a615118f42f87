using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Net;

/// <summary>
/// What one TCP connection through the tunnel carries, each way for a few seconds. The server connects to this PC's tunnel address, because the tunnel leads to nothing there;
/// what sends and takes on the server is bash, for as long as it lasts.
/// </summary>
internal sealed class Throughput : IDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Accepting = TimeSpan.FromSeconds(10);
    private const int Chunk = 64 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPAddress _farEnd;
    private readonly TimeSpan _each;

    private Throughput(IPAddress own, IPAddress farEnd, TimeSpan each)
    {
        _farEnd = farEnd;
        _each = each;
        _listener.Bind(new IPEndPoint(own, 0));
    }

    /// <param name="connector">Reaches the server.</param>
    /// <param name="ssh">How to log in.</param>
    /// <param name="profile">Whose tunnel.</param>
    /// <param name="platform">Lets the server's connections in.</param>
    /// <param name="each">How long each way takes.</param>
    /// <param name="cancellationToken">Ends it; what runs on the server goes with its connection.</param>
    /// <returns>Bits a second from the server and to it.</returns>
    /// <exception cref="GostBtException">No login, or a connection that does not come through.</exception>
    public static async Task<(long Down, long Up)> MeasureAsync(ISshConnector connector, SshOptions ssh, Profile profile, ITunnelPlatform platform, TimeSpan each, CancellationToken cancellationToken)
    {
        using var session = await connector.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        using var here = new Throughput(IPAddress.Parse(profile.Tunnel.Client), TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress, each);
        var number = ((IPEndPoint)here._listener.LocalEndPoint!).Port;
        var port = number.ToString(CultureInfo.InvariantCulture);
        var longest = ssh.ConnectTimeout + each + each + Accepting + Accepting;
        var script = new StringBuilder()
            .Append("GOSTBT_CLIENT=").Append(ShellQuote.Quote(profile.Tunnel.Client)).Append('\n')
            .Append("GOSTBT_PORT=").Append(port).Append('\n')
            .Append("GOSTBT_SECONDS=").Append(((int)Math.Ceiling(each.TotalSeconds)).ToString(CultureInfo.InvariantCulture)).Append('\n')
            .Append(EmbeddedScript.Read("Net", "throughput.sh"));
        try
        {
            // Before anything listens: Windows asks its user about a program that does, and that nothing lets in yet.
            await platform.LetInAsync(profile, number, longest, cancellationToken).ConfigureAwait(false);
            here._listener.Listen(4);
            var running = session.RunScriptAsync(script.ToString(), longest, cancellationToken);
            var down = await here.NextAsync(here.ReceiveAsync, running, ssh.Target, cancellationToken).ConfigureAwait(false);
            var up = await here.NextAsync(here.SendAsync, running, ssh.Target, cancellationToken).ConfigureAwait(false);
            return (down, up);
        }
        finally
        {
            await platform.ShutAsync(profile).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task<long> NextAsync(Func<Socket, CancellationToken, Task<long>> measure, Task<SshResult> running, ServerTarget server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Accepting + _each);
        using var listening = limit.Token.Register(_listener.Dispose);
        try
        {
            var accepting = AcceptAsync();
            _ = accepting.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (await Task.WhenAny(accepting, running).ConfigureAwait(false) == running)
            {
                throw Failed(server, await running.ConfigureAwait(false));
            }

            using var socket = await accepting.ConfigureAwait(false);
            using var closing = limit.Token.Register(socket.Dispose);
            return await measure(socket, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(server, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It stalled.
            throw Failed(server, null);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // Peers, too, can reach a port of this address that is published.
    private async Task<Socket> AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptAsync().ConfigureAwait(false);
            if (socket.RemoteEndPoint is IPEndPoint { Address: var address } && address.Equals(_farEnd))
            {
                return socket;
            }

            socket.Dispose();
        }
    }

    // The first half second is TCP finding its speed.
    private async Task<long> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var stream = new NetworkStream(socket);
        var buffer = new byte[Chunk];
        var watch = Stopwatch.StartNew();
        var (counted, from) = (0L, TimeSpan.Zero);
        while (watch.Elapsed < WarmUp + _each)
        {
            var count = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            if (from > TimeSpan.Zero)
            {
                counted += count;
            }
            else if (watch.Elapsed >= WarmUp)
            {
                from = watch.Elapsed;
            }
        }

        return Rate(counted, watch.Elapsed - from);
    }

    // What lies in buffers here has not arrived: the server's end of the connection, after the last byte, is waited for.
    private async Task<long> SendAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var stream = new NetworkStream(socket);
        var buffer = new byte[Chunk];
        var watch = Stopwatch.StartNew();
        var sent = 0L;
        while (watch.Elapsed < _each)
        {
            await stream.WriteAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
            sent += buffer.Length;
        }

        socket.Shutdown(SocketShutdown.Send);
        await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
        return Rate(sent, watch.Elapsed);
    }

    private static long Rate(long bytes, TimeSpan time) => (long)(8 * bytes / time.TotalSeconds);

    private static GostBtException Failed(ServerTarget server, SshResult? result) => result?.Output.Trim() is { } said && said.StartsWith("missing=", StringComparison.Ordinal)
        ? new GostBtException(GostBtFailure.UnsupportedSystem, $"{server} has no '{said.Substring("missing=".Length)}', which sends and takes there.", "Install it there (Debian: apt install bash coreutils).")
        : new GostBtException(GostBtFailure.TunnelFailed, "The server's connection through the tunnel did not come in, or broke.", "If this PC's firewall drops what it does not know, that is why: it lets in the published ports only.");
}
