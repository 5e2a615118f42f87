using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>
/// Now and then a TCP connection from this PC, beside the tunnel, to a published port of the server's public address: it comes back through the tunnel as any peer's does, and is closed at once.
/// It takes a few packets and no login. A refusal, too, has gone the whole way where something came in from the tunnel meanwhile: the client is not running. Where nothing did, the server itself
/// refused, whose rules are gone. Silence is a port that is shut somewhere.
/// </summary>
internal sealed class PublicPortCheck(AgentContext context)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PeriodAfterSilence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int SilencesToTell = 2;
    private const int Refusals = 3; // something else may have come in just then

    private readonly LocalTun _device = new(context.Profile.Tunnel.Interface, context.Profile.Tunnel.Client);
    private TimeSpan _due = First;
    private int _silences;
    private Task _asking = Task.CompletedTask;

    /// <summary>What to tell; null while the port answers or nothing is known.</summary>
    public GostBtException? Finding { get; private set; }

    /// <summary>Asks when it is time to, without waiting for the answer.</summary>
    /// <param name="now">A clock that began when the tunnel came up.</param>
    public void AskIfDue(TimeSpan now)
    {
        if (now < _due || !_asking.IsCompleted)
        {
            return;
        }

        _due = now + (_silences > 0 ? PeriodAfterSilence : Period);
        if (context.Ports.Current().FirstOrDefault(port => port.Carries(PortProtocol.Tcp)) is { } published
            && IPAddress.TryParse(context.Profile.Server.PublicAddress, out var server))
        {
            _asking = AskAsync(new IPEndPoint(server, published.Port));
        }
        else
        {
            (_silences, Finding) = (0, null);
        }
    }

    /// <summary>Asks once.</summary>
    internal async Task AskAsync(IPEndPoint port)
    {
        if (await AnswersAsync(port).ConfigureAwait(false))
        {
            (_silences, Finding) = (0, null);
        }
        else if (++_silences >= SilencesToTell)
        {
            Finding = new GostBtException(
                GostBtFailure.VerificationFailed,
                $"The published port {port} does not answer from outside.",
                "Test-GostBtPort tells where it is shut.");
        }
        else
        {
            _due = TimeSpan.Zero;
        }
    }

    private async Task<bool> AnswersAsync(IPEndPoint port)
    {
        for (var refused = 0; refused < Refusals; refused++)
        {
            var before = _device.Counters()?.Received;
            switch (await ConnectAsync(port).ConfigureAwait(false))
            {
                case SocketError.TimedOut:
                    return false;
                case SocketError.ConnectionRefused when before is not null:
                    if (_device.Counters()?.Received == before)
                    {
                        return false;
                    }

                    break;
                default:
                    // An unreachable network is this PC's own trouble, which the pulse tells of.
                    return true;
            }
        }

        return true;
    }

    private static async Task<SocketError> ConnectAsync(IPEndPoint port)
    {
        using var socket = new Socket(port.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connecting = Task.Factory.FromAsync(socket.BeginConnect, socket.EndConnect, port, null);
        if (await Task.WhenAny(connecting, Task.Delay(Patience)).ConfigureAwait(false) != connecting)
        {
            // Disposing ends it; nobody looks at what it says then.
            _ = connecting.ContinueWith(ended => _ = ended.Exception, TaskScheduler.Default);
            return SocketError.TimedOut;
        }

        return connecting.Exception?.InnerException is SocketException error ? error.SocketErrorCode : SocketError.Success;
    }
}
