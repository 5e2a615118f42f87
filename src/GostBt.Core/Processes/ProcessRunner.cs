using GostBt.Model;

namespace GostBt.Processes;

/// <summary>Runs a child process to its end.</summary>
public static class ProcessRunner
{
    /// <summary>Starts <paramref name="command"/>, feeds its input, reads both outputs at the same time and waits for its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Ends the child and its children at once.</param>
    /// <returns>Exit code and outputs, whatever the code is.</returns>
    /// <exception cref="ProcessStartException">The program is missing or may not be run.</exception>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Timeout"/>: the deadline passed; the child is ended.</exception>
    public static async Task<ProcessOutcome> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var output = new BoundedBuffer(command.OutputLimit);
        var error = new BoundedBuffer(command.OutputLimit);
        using var deadline = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var child = ChildProcess.Start(command, output.Append, error.Append);
        if (command.Deadline is { } limit)
        {
            deadline.CancelAfter(limit);
        }

        try
        {
            var exitCode = await child.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return new ProcessOutcome(exitCode, output.ToString(), error.ToString(), output.Truncated || error.Truncated);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GostBtException(
                GostBtFailure.Timeout,
                $"{Path.GetFileName(command.FileName)} did not end within {command.Deadline?.TotalSeconds:0.#} s.",
                "Try again, or allow it more time.");
        }
        finally
        {
            child.Kill();
        }
    }
}
