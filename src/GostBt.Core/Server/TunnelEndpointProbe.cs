using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Server;

/// <summary>Connects to a tunnel's public port from here and sees whether the server with the pinned key answers.</summary>
public sealed class TunnelEndpointProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Func<Socket> _createSocket;

    /// <param name="createSocket">Makes the socket; null makes an ordinary one.</param>
    public TunnelEndpointProbe(Func<Socket>? createSocket = null)
    {
        _createSocket = createSocket ?? (() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
    }

    /// <summary>Comes back when the server answered with a certificate of the pinned key.</summary>
    /// <param name="address">The server's public IPv4 address.</param>
    /// <param name="port">The tunnel's port.</param>
    /// <param name="certificatePem">Certificates of the keys that are trusted.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="patience">How long to wait for an answer; null is 8 s.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.VerificationFailed"/>: no answer, or somebody else's.</exception>
    public Task RequireAsync(string address, int port, string certificatePem, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        // Pinned: what counts is the key.
        var pins = PublicKeyPin.AllOf(certificatePem);
        return RequireAsync(address, port, shown => pins.Contains(PublicKeyPin.Of(shown)), patience ?? Patience, cancellationToken);
    }

    /// <summary>Comes back when the server answered with this very certificate.</summary>
    /// <param name="address">The server's public IPv4 address.</param>
    /// <param name="port">The tunnel's port.</param>
    /// <param name="certificatePem">The certificate.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.VerificationFailed"/>: no answer, or with another one.</exception>
    public Task RequireExactlyAsync(string address, int port, string certificatePem, CancellationToken cancellationToken)
    {
        var expected = Pem.Decode(certificatePem);
        return RequireAsync(address, port, expected.SequenceEqual, Patience, cancellationToken);
    }

    private async Task RequireAsync(string address, int port, Func<byte[], bool> isTrusted, TimeSpan within, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        using var socket = _createSocket();

        // netstandard2.0 has no cancellable connect or handshake; closing the socket ends both.
        using var close = patience.Token.Register(socket.Dispose);
        byte[]? shown = null;
        try
        {
            await Task.Factory.FromAsync(socket.BeginConnect(new IPEndPoint(IPAddress.Parse(address), port), null, null), socket.EndConnect).ConfigureAwait(false);
            using var stream = new NetworkStream(socket, ownsSocket: false);
            using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, _) =>
            {
                shown = certificate?.GetRawCertData();
                return shown is not null && isTrusted(shown);
            });
            await tls.AuthenticateAsClientAsync("gostbt", null, TlsVersions.Offered, checkCertificateRevocation: false).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or AuthenticationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw shown is null ? NoAnswer(address, port, e) : SomebodyElse(address, port, e);
        }
    }

    private static GostBtException NoAnswer(string address, int port, Exception cause) => new(
        GostBtFailure.VerificationFailed,
        FormattableString.Invariant($"The tunnel runs on the server, but from here TCP port {port} of {address} does not answer."),
        FormattableString.Invariant($"Open TCP port {port} (and the published ports) in the provider's firewall or security group; check that {address} is the server's public address. Then run this again."),
        cause);

    private static GostBtException SomebodyElse(string address, int port, Exception cause) => new(
        GostBtFailure.VerificationFailed,
        FormattableString.Invariant($"TCP port {port} of {address} shows another certificate than the server's own."),
        "Something between here and the server answers in its place: check the public address, and proxies or security software on this PC.",
        cause);
}
