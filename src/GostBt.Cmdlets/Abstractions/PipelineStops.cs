using System.Management.Automation;

namespace GostBt.PowerShell.Abstractions;

/// <summary>Tells the exceptions by which PowerShell ends a pipeline from failures of ours: the former must pass through untouched.</summary>
internal static class PipelineStops
{
    /// <summary>Whether the exception is PowerShell's way of ending the pipeline: Ctrl+C, <c>Select-Object -First</c>, <c>-ErrorAction Stop</c>.</summary>
    public static bool Is(Exception exception) => exception is PipelineStoppedException or FlowControlException or ActionPreferenceStopException;
}
