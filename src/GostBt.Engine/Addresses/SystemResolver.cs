using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Addresses;

/// <summary>
/// The system's own resolver, asked on a few threads of its own: on Unix it blocks whoever asks, for half a minute where no name server answers, and the
/// thread pool, to which .NET's asynchronous look-ups take it, is what carries the tunnel.
/// </summary>
internal sealed class SystemResolver : IHostResolver
{
    private const int MostThreads = 8;
    private const int MostWaiting = 256;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Func<string, IPAddress[]> _lookUp;
    private readonly Queue<Question> _waiting = new();
    private readonly Lock _gate = new();
    private int _threads;

    internal SystemResolver()
        : this(Dns.GetHostAddresses)
    {
    }

    /// <param name="lookUp">Looks a name up, and may block.</param>
    internal SystemResolver(Func<string, IPAddress[]> lookUp) => _lookUp = lookUp;

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var question = new Question(host);
        Ask(question);
        try
        {
            var addresses = await question.Answer.Task.WaitAsync(Limit, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0
                ? Array.ConvertAll(addresses, Ipv4Forms.Plain)
                : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (ArgumentException)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
        finally
        {
            // Nobody waits any more: a thread that comes to it passes it over.
            question.Answer.TrySetCanceled(CancellationToken.None);
        }
    }

    private void Ask(Question question)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting)
            {
                throw new SocketException((int)SocketError.TryAgain);
            }

            _waiting.Enqueue(question);
            if (_threads < MostThreads)
            {
                _threads++;
                new Thread(AnswerAll) { Name = "names", IsBackground = true }.Start();
            }
        }
    }

    // A thread lasts as long as there is something to ask.
    private void AnswerAll()
    {
        while (true)
        {
            Question? next;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _threads--;
                    return;
                }
            }

            if (!next.Answer.Task.IsCompleted)
            {
                Answer(next);
            }
        }
    }

    private void Answer(Question question)
    {
        try
        {
            question.Answer.TrySetResult(_lookUp(question.Host));
        }
#pragma warning disable CA1031 // A thread has no caller: whatever it is goes to the one who awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            question.Answer.TrySetException(e);
        }
    }

    private sealed record Question(string Host)
    {
        internal TaskCompletionSource<IPAddress[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
