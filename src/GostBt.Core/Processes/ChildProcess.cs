using System.ComponentModel;
using System.Diagnostics;

namespace GostBt.Processes;

/// <summary>A running child process with piped input and outputs. Disposing it ends it and its children.</summary>
public sealed class ChildProcess : IDisposable
{
    // A grandchild may hold the pipes open after the child's end; its output is not waited for longer than this.
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly Stream _output;
    private readonly Stream _error;
    private readonly Task _input;
    private readonly Task _outputs;
    private int _disposed;

    private ChildProcess(Process process, ProcessCommand command, Action<byte[], int>? onOutput, Action<byte[], int>? onError)
    {
        _process = process;
        Id = process.Id;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _exited.TrySetResult(ProcessSignals.ExitCode(process));
        if (process.HasExited)
        {
            _exited.TrySetResult(ProcessSignals.ExitCode(process));
        }

        _output = process.StandardOutput.BaseStream;
        _error = process.StandardError.BaseStream;
        _outputs = Task.WhenAll(PumpAsync(_output, onOutput), PumpAsync(_error, onError));
        _input = FeedAsync(process.StandardInput.BaseStream, command.StandardInput, _ended.Token);
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>Ends with the exit code when the process has ended; its outputs may still be on their way.</summary>
    public Task<int> Exited => _exited.Task;

    /// <param name="command">What to start; its <see cref="ProcessCommand.Deadline"/> is <see cref="ProcessRunner"/>'s concern.</param>
    /// <param name="onOutput">Gets each piece of standard output: a buffer that is reused, and the count of bytes in it. Null drops it.</param>
    /// <param name="onError">The same for standard error.</param>
    /// <exception cref="ProcessStartException">The program is missing or may not be run.</exception>
    public static ChildProcess Start(ProcessCommand command, Action<byte[], int>? onOutput, Action<byte[], int>? onError)
    {
        var start = new ProcessStartInfo(command.FileName, ProcessArguments.Join(command.Arguments))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? string.Empty,
        };
        foreach (var variable in command.Environment)
        {
            if (variable.Value is null)
            {
                start.Environment.Remove(variable.Key);
            }
            else
            {
                start.Environment[variable.Key] = variable.Value;
            }
        }

        var process = new Process { StartInfo = start };
        try
        {
            if (!process.Start())
            {
                throw new ProcessStartException(command.FileName, null);
            }

            return new ChildProcess(process, command, onOutput, onError);
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException or DirectoryNotFoundException)
        {
            process.Dispose();
            throw new ProcessStartException(command.FileName, e);
        }
    }

    /// <summary>Like <see cref="Start(ProcessCommand, Action{byte[], int}?, Action{byte[], int}?)"/>, but hands over whole lines.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="onLine">Gets each line of both outputs, without its end; called from two threads.</param>
    public static ChildProcess StartLines(ProcessCommand command, Action<string> onLine) =>
        Start(command, new LineSplitter(onLine).Append, new LineSplitter(onLine).Append);

    /// <summary>Waits for the end of the process and of its outputs. Cancelling only stops the waiting.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => cancelled.TrySetResult(true)))
        {
            await Task.WhenAny(_exited.Task, cancelled.Task).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var exitCode = await _exited.Task.ConfigureAwait(false);
            _ended.Cancel();
            await Task.WhenAny(_outputs, cancelled.Task, Task.Delay(PipeGrace, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return exitCode;
        }
    }

    /// <summary>
    /// Asks the process to end (SIGTERM; on Windows by the end of its standard input, which tells something only to a child that reads it and whose writer has
    /// waited), and ends it with its children when it has not within <paramref name="grace"/>.
    /// </summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        _ended.Cancel();
        if (!_exited.Task.IsCompleted)
        {
            ProcessSignals.AskToEnd(_process);
            await Task.WhenAny(_exited.Task, Task.Delay(grace, cancellationToken)).ConfigureAwait(false);
        }

        Kill();
        return await _exited.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the process and its children at once; does nothing when it has ended.</summary>
    public void Kill()
    {
        if (!_exited.Task.IsCompleted)
        {
            _ended.Cancel();
            ProcessSignals.KillTree(_process);
        }
    }

    /// <summary>Ends the process alone at once, without looking for children, which takes a while where many processes run.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> KillAloneAsync()
    {
        _ended.Cancel();
        if (!_exited.Task.IsCompleted)
        {
            ProcessSignals.Kill(_process);
        }

        return await _exited.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Kill();
        _ended.Cancel();

        // The pumps may still read; the process is let go once they are done and the end was collected, so no zombie stays.
        _ = Task.WhenAll(_exited.Task, _input, Task.WhenAny(_outputs, Task.Delay(PipeGrace, CancellationToken.None)))
            .ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static async Task PumpAsync(Stream stream, Action<byte[], int>? receive)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                receive?.Invoke(buffer, count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The pipe was closed under the reader: its process is gone.
        }

        receive?.Invoke(buffer, 0);
    }

    private static async Task FeedAsync(Stream stream, Func<Stream, CancellationToken, Task>? write, CancellationToken cancellationToken)
    {
        try
        {
            if (write is not null)
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The child stopped reading; its exit code and error output say why.
        }
        finally
        {
            try
            {
                stream.Dispose();
            }
            catch (IOException)
            {
                // A flush into a closed pipe.
            }
        }
    }

    private void Release()
    {
        // Process leaves open what it has handed out; an agent that runs for months would collect pipes until the garbage collector looks.
        _output.Dispose();
        _error.Dispose();
        _process.Dispose();
        _ended.Dispose();
    }
}
