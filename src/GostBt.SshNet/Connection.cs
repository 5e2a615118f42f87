using System.Net.Sockets;
using GostBt.Model;
using GostBt.Ssh;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace GostBt.SshNet;

/// <summary>The clients of one round trip, one a hop; all end with it.</summary>
internal sealed class Connection(SshOptions options) : IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    private readonly List<IDisposable> _held = [];
    private SshClient? _last;
    private int _closed;

    /// <summary>Logs in to the next hop, through the one before where there is one.</summary>
    public async Task<SshClient> LogInAsync(Hop hop, bool isTarget, CancellationToken cancellationToken)
    {
        var login = Hold(new Login(hop, options, isTarget));
        var client = Hold(new SshClient(Info(hop, login.Methods)));
        var refused = false;
        hop.Prefer(client.ConnectionInfo.HostKeyAlgorithms);
        client.KeepAliveInterval = KeepAlive;
        client.HostKeyReceived += (_, shown) => refused = !(shown.CanTrust = hop.Trusts(shown.HostKey));
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return _last = client;
        }
        catch (SshAuthenticationException e)
        {
            throw SshFailure.NotLoggedIn(options, isTarget ? e.Message : $"jump host {hop.Host}: {e.Message}", login.Given);
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            throw refused ? SshFailure.HostKeyChanged(options) : Unreachable(e);
        }
    }

    /// <summary>The key that a hop shows; the connection ends before any login.</summary>
    public async Task<HostKey> AskAsync(Hop hop, CancellationToken cancellationToken)
    {
        HostKey? key = null;
        var client = Hold(new SshClient(Info(hop, [new NoneAuthenticationMethod(hop.User)])));
        hop.Prefer(client.ConnectionInfo.HostKeyAlgorithms);
        client.HostKeyReceived += (_, shown) =>
        {
            key = TrustedKeys.Line(hop.Name, shown.HostKey);
            shown.CanTrust = false;
        };
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsConnectionFailure(e) || e is SshAuthenticationException)
        {
            return key ?? throw Unreachable(e);
        }

        return key ?? throw new InvalidOperationException("A connection without a host key.");
    }

    /// <summary>What went wrong between here and there.</summary>
    public GostBtException Unreachable(Exception cause) => cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }
        ? SshFailure.Classify(options, "Could not resolve hostname")
        : SshFailure.Classify(options, cause.Message);

    /// <summary>How the library says that the connection failed, at any time.</summary>
    public static bool IsConnectionFailure(Exception e) => e is SshException or SocketException or ObjectDisposedException or IOException;

    /// <summary>Ends it without waiting for that: the library may take its time over it.</summary>
    public void Close() => _ = Task.Run(Dispose);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        for (var i = _held.Count - 1; i >= 0; i--)
        {
            try
            {
                _held[i].Dispose();
            }
            catch (Exception e) when (IsConnectionFailure(e) || e is InvalidOperationException or NullReferenceException)
            {
                // It was lost, or only half made.
            }
        }
    }

    private ConnectionInfo Info(Hop hop, AuthenticationMethod[] methods)
    {
        var (host, port) = (hop.Host, hop.Port);
        if (_last is not null)
        {
            // SSH.NET cannot run a connection over another one's channel but by a listening port: any free one of loopback, open as long as this is.
            // Who else connects to it has the way to the next hop's sshd, and nothing of our login.
            var forwarded = Hold(new ForwardedPortLocal("127.0.0.1", hop.Host, (uint)hop.Port));
            _last.AddForwardedPort(forwarded);
            forwarded.Start();
            (host, port) = (forwarded.BoundHost, (int)forwarded.BoundPort);
        }

        return new ConnectionInfo(host, port, hop.User, methods) { Timeout = options.ConnectTimeout, RetryAttempts = 1 };
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }
}
