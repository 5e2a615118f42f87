using System.IO.Pipes;
using System.Text;
using GostBt.Processes;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Ssh;

/// <summary>
/// Answers one ssh process's questions: ssh starts <c>gostbt</c> as its SSH_ASKPASS, which asks here, over a socket in a folder of mode 0700 (on Windows
/// a pipe of this user's) with a name that cannot be guessed. The environment tells <c>gostbt</c> that name and nothing else.
/// </summary>
internal sealed class AskpassChannel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly AskpassAnswers _answers;
    private readonly string? _folder;
    private readonly string _program;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _refused = new();
    private readonly NamedPipeServerStream _pipe;
    private readonly Task _serving;

    /// <param name="answers">What is answered.</param>
    /// <param name="program">The <c>gostbt</c> executable.</param>
    public AskpassChannel(AskpassAnswers answers, string program)
    {
        _answers = answers;
        _program = program;
        Name = "gostbt-" + Guid.NewGuid().ToString("N");
        if (Path.DirectorySeparatorChar == '/')
        {
            _folder = Path.Combine(Path.GetTempPath(), Name);
            PrivateFile.CreateFolder(_folder);
            Name = Path.Combine(_folder, "ask");
        }

        _pipe = new NamedPipeServerStream(
            Name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, OwnPipe.Options, AskpassClient.Longest, AskpassClient.Longest);
        _serving = Task.Run(() => ServeAsync(_end.Token), CancellationToken.None);
    }

    /// <summary>A channel for one ssh process; null when there is no secret to answer with.</summary>
    /// <exception cref="Model.GostBtException"><see cref="Model.GostBtFailure.EngineFailed"/>: there is no <c>gostbt</c> to be ssh's askpass.</exception>
    public static AskpassChannel? Open(SshOptions options, SshClientSettings settings, HostBinaries host) =>
        options.AnswersQuestions ? new AskpassChannel(new AskpassAnswers(options, settings), host.FindLocal()) : null;

    /// <summary>The secret that ssh was told, if any.</summary>
    public SshPassword? Given => _answers.Given;

    /// <summary>The pipe's name, on Unix the socket's path.</summary>
    public string Name { get; }

    /// <summary>Cancelled when a secret is asked for again: it was wrong, and there is nothing to wait for.</summary>
    public CancellationToken Refused => _refused.Token;

    /// <summary>What ssh is started with.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["LC_ALL"] = "C",
        ["SSH_ASKPASS_REQUIRE"] = "force",
        ["SSH_ASKPASS"] = _program,
        [AskpassClient.Variable] = Name,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _pipe.Dispose();
        _ = _serving.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_folder is not null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Patience);
                await AnswerAsync(patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or UnauthorizedAccessException or InvalidDataException)
            {
                // A stranger, or one that went away: the next may be ours.
            }
            catch (ObjectDisposedException)
            {
                // The channel is, and this ends; or the secret is, and who asked for it must not wait.
            }

            if (_pipe.IsConnected || !cancellationToken.IsCancellationRequested)
            {
                Disconnect();
            }
        }
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var question = await AskpassClient.ReadAsync(_pipe, cancellationToken).ConfigureAwait(false);
        var secret = question is null ? null : _answers.To(Encoding.UTF8.GetString(question));
        if (_answers.Refused is not null)
        {
            _refused.Cancel();
        }

        if (secret is null)
        {
            await AskpassClient.WriteAsync(_pipe, null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await secret.UseAsync(bytes => AskpassClient.WriteAsync(_pipe, bytes, cancellationToken)).ConfigureAwait(false);
        }

        // It closes its end when it has read: closing ours first could lose the answer on its way.
        await AskpassClient.ReadAsync(_pipe, cancellationToken).ConfigureAwait(false);
    }

    private void Disconnect()
    {
        try
        {
            _pipe.Disconnect();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It was not connected, or is disposed of (ObjectDisposedException is an InvalidOperationException).
        }
    }

    private void Release()
    {
        _end.Dispose();
        _refused.Dispose();
    }
}
