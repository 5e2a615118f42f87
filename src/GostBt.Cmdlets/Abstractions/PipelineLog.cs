using System.Management.Automation;
using GostBt.Model;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A use case's log over a cmdlet's verbose, warning and progress streams.</summary>
internal sealed class PipelineLog(AsyncPSCmdlet cmdlet) : IOperationLog
{
    private const int ActivityId = 0;
    private readonly ProgressThrottle _throttle = new();
    private string? _activity;

    /// <inheritdoc/>
    public void Verbose(string message) => cmdlet.Post(() => cmdlet.WriteVerbose(message));

    /// <inheritdoc/>
    public void Warning(string message) => cmdlet.Post(() => cmdlet.WriteWarning(message));

    /// <inheritdoc/>
    public void Progress(string activity, string status, int percent = -1)
    {
        if (!_throttle.Passes(activity, status))
        {
            return;
        }

        cmdlet.Post(() =>
        {
            _activity = activity;
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, status) { PercentComplete = Math.Max(-1, Math.Min(100, percent)) });
        });
    }

    /// <summary>Takes the progress display away; on the pipeline thread.</summary>
    public void EndProgress()
    {
        if (_activity is null)
        {
            return;
        }

        try
        {
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
        catch (PipelineStoppedException)
        {
            // The host takes the display away itself when a pipeline is stopped.
        }

        _activity = null;
    }
}
