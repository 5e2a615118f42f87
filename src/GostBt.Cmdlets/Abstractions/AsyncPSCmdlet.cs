using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Errors;

namespace GostBt.PowerShell.Abstractions;

/// <summary>
/// A cmdlet whose record is processed asynchronously. This class is the only one that blocks; Ctrl+C cancels the work and gives the prompt back in
/// under a second. The methods for output and questions may be called from any thread.
/// </summary>
public abstract class AsyncPSCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PipelineLog _log;
    private PipelinePump? _pump;
    private Task _work = Task.CompletedTask;

    /// <summary>Makes the log over this cmdlet's streams.</summary>
    protected AsyncPSCmdlet()
    {
        _log = new PipelineLog(this);
    }

    /// <summary>Where use cases tell how they get on: the verbose, warning and progress streams.</summary>
    protected IOperationLog Log => _log;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();

        // What cleans up after Ctrl+C may still have to log in.
        _ = _work.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        GC.SuppressFinalize(this);
    }

    /// <summary>Checks what was given on the command line, before any input arrives; a failure here ends the invocation.</summary>
    protected virtual void CheckParameters()
    {
    }

    /// <summary>Lets go of what was held for the command.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>Processes one record of the pipeline.</summary>
    protected abstract Task ProcessRecordAsync(CancellationToken cancellationToken);

    /// <summary>Does what can only be done when the last record has come.</summary>
    protected virtual Task EndProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes an object to the pipeline, not enumerated.</summary>
    protected void Output(object value) => Post(() => WriteObject(value));

    /// <summary>Writes an object to the pipeline, a list item by item.</summary>
    protected void OutputEach(object value) => Post(() => WriteObject(value, enumerateCollection: true));

    /// <summary>Reports that one item failed; the pipeline goes on.</summary>
    protected void Fail(Exception failure, object? target) => Post(() => WriteError(ErrorRecords.From(failure, target)));

    /// <summary>Runs the work for one item; its failure is an error record about that item, and the next item has its turn.</summary>
    /// <returns>Whether it succeeded.</returns>
    protected async Task<bool> TryItemAsync(object? target, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (!PipelineStops.Is(failure) && !IsStop(failure))
        {
            Fail(failure, target);
            return false;
        }
    }

    /// <summary>A path of the file system from what the user wrote, which may be relative to the current location or begin with <c>~</c>.</summary>
    protected async Task<string?> UserPathAsync(string? path, CancellationToken cancellationToken) => string.IsNullOrEmpty(path)
        ? null
        : await AskAsync(() => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path), cancellationToken).ConfigureAwait(false);

    /// <summary>Asks on the pipeline thread.</summary>
    protected Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellationToken) =>
        (_pump ?? throw new InvalidOperationException("There is no pipeline to ask.")).AskAsync(question, cancellationToken);

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        try
        {
            CheckParameters();
        }
        catch (GostBtException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure, null));
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Stopped while it was ending by itself.
        }
    }

    private void Run(Func<CancellationToken, Task> work)
    {
        using var pump = new PipelinePump();
        _pump = pump;
        try
        {
            pump.Run(work, _stop.Token);
        }
        catch (OperationCanceledException failure) when (IsStop(failure))
        {
            throw new PipelineStoppedException();
        }
        catch (Exception failure) when (!PipelineStops.Is(failure))
        {
            WriteError(ErrorRecords.From(failure, null));
        }
        finally
        {
            _work = pump.Running;
            _pump = null;
            _log.EndProgress();
        }
    }

    private bool IsStop(Exception failure) => failure is OperationCanceledException && _stop.IsCancellationRequested;

    /// <summary>Queues something for the pipeline thread; dropped when no record is being processed.</summary>
    internal void Post(Action action) => _pump?.Post(action);
}
