using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Faults;

/// <summary>
/// A peer outside asks the published port twenty times a second over UDP; home answers from the tunnel's address with the source it sees. An answer thus proves the server's
/// engine and firewall, the carrier, home's device and its source rule, and that the peer's address is kept. Each question comes from a port of its own: none profits, or suffers,
/// from what a firewall remembers of another.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private const int FreeBind = 15; // IP_FREEBIND of ip(7): the address may come later
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(long Asked, long Answered)> _answers = new();
    private readonly RaisedLab _lab;
    private readonly Socket _home;
    private readonly string _peer;
    private readonly IPEndPoint _public;

    private Heartbeat(RaisedLab lab, int port)
    {
        _lab = lab;
        _peer = lab.Facts.AddressOf("peer1");
        _public = new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), port);
        _home = NodeSocket.Create(lab, "home", SocketType.Dgram, AddressFamily.InterNetwork);
        _home.SetRawSocketOption(0, FreeBind, BitConverter.GetBytes(1));
        _home.Bind(new IPEndPoint(IPAddress.Parse("192.168.123.2"), port));
    }

    /// <summary>Starts one; the tunnel need not be up.</summary>
    public static Heartbeat Start(RaisedLab lab, int port = 6666)
    {
        var heartbeat = new Heartbeat(lab, port);
        _ = heartbeat.AnswerAsync();
        _ = heartbeat.AskAsync();
        return heartbeat;
    }

    /// <summary>Waits for the answer to a question that was asked after a moment.</summary>
    /// <param name="moment">As of <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="within">How long to wait from now on.</param>
    /// <returns>When the first of them was answered; null when none was in time.</returns>
    public async Task<long?> AnsweredAsync(long moment, TimeSpan within)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var answered = _answers.Where(answer => answer.Asked > moment).Select(answer => answer.Answered).DefaultIfEmpty(0).Min();
            if (answered > 0) return answered;
            if (watch.Elapsed > within) return null;
            await Task.Delay(10);
        }
    }

    /// <summary>Waits until questions stay unanswered for a while.</summary>
    public async Task SilentAsync(TimeSpan within)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var moment = Stopwatch.GetTimestamp();
            if (await AnsweredAsync(moment, TimeSpan.FromMilliseconds(400)) is null) return;
            Assert.True(watch.Elapsed < within, $"The published port still answers after {within.TotalSeconds:0} s.");
        }
    }

    /// <summary>How long the longest stretch without an answer was since a moment.</summary>
    public TimeSpan LongestSilence(long since)
    {
        var longest = TimeSpan.Zero;
        var last = since;
        foreach (var answered in _answers.Select(answer => answer.Answered).Where(answered => answered > since).Order().Append(Stopwatch.GetTimestamp()))
        {
            var silence = Stopwatch.GetElapsedTime(last, answered);
            if (silence > longest) longest = silence;
            last = answered;
        }

        return longest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _home.Dispose();
    }

    private async Task AskAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            _ = AskOnceAsync();
            await Task.Delay(Period);
        }
    }

    private async Task AskOnceAsync()
    {
        using var socket = NodeSocket.Create(_lab, "peer1", SocketType.Dgram, AddressFamily.InterNetwork);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        patience.CancelAfter(Patience);
        try
        {
            var asked = Stopwatch.GetTimestamp();
            var question = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(question, asked);
            await socket.SendToAsync(question, _public, patience.Token);
            var answer = new byte[256];
            var received = await socket.ReceiveFromAsync(answer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
            var own = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (received.RemoteEndPoint.Equals(_public)
                && received.ReceivedBytes > sizeof(long)
                && answer.AsSpan(0, sizeof(long)).SequenceEqual(question)
                && Encoding.ASCII.GetString(answer, sizeof(long), received.ReceivedBytes - sizeof(long)) == $"{_peer}:{own}")
            {
                _answers.Enqueue((asked, Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Unanswered.
        }
    }

    private async Task AnswerAsync()
    {
        var question = new byte[64];
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var received = await _home.ReceiveFromAsync(question, new IPEndPoint(IPAddress.Any, 0), _end.Token);
                byte[] answer = [.. question[..received.ReceivedBytes], .. Encoding.ASCII.GetBytes(received.RemoteEndPoint.ToString()!)];
                await _home.SendToAsync(answer, received.RemoteEndPoint, _end.Token);
            }
            catch (SocketException)
            {
                // The tunnel's address or route is not there now.
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
