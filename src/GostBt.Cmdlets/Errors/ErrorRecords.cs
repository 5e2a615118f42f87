using System.Management.Automation;
using GostBt.Model;

namespace GostBt.PowerShell.Errors;

/// <summary>The one place that makes error records: the id is the failure's name, the target is the thing that failed, the remedy is the recommended action.</summary>
internal static class ErrorRecords
{
    // From this version on PowerShell's own error view prints the recommended action; before, the message has to carry it.
    private static readonly Version PrintsRecommendation = new(7, 5);

    /// <param name="failure">What happened.</param>
    /// <param name="target">The thing it happened to; null when there is none.</param>
    public static ErrorRecord From(Exception failure, object? target)
    {
        if (failure is IContainsErrorRecord { ErrorRecord: { } existing } && failure is not GostBtException)
        {
            return new ErrorRecord(existing, failure);
        }

        var known = failure as GostBtException ?? Unexpected(failure);
        return new ErrorRecord(known, known.Failure.ToString(), Category(known.Failure), target)
        {
            ErrorDetails = new ErrorDetails(Text(known)) { RecommendedAction = known.Remedy },
        };
    }

    /// <summary>The category of a failure.</summary>
    public static ErrorCategory Category(GostBtFailure failure) => failure switch
    {
        GostBtFailure.InvalidInput => ErrorCategory.InvalidArgument,
        GostBtFailure.InvalidProfile => ErrorCategory.InvalidData,
        GostBtFailure.ProfileNotFound => ErrorCategory.ObjectNotFound,
        GostBtFailure.HostUnreachable => ErrorCategory.ConnectionError,
        GostBtFailure.HostKeyUnknown => ErrorCategory.SecurityError,
        GostBtFailure.HostKeyChanged => ErrorCategory.SecurityError,
        GostBtFailure.AuthenticationFailed => ErrorCategory.AuthenticationError,
        GostBtFailure.SshMissing => ErrorCategory.NotInstalled,
        GostBtFailure.RemoteCommandFailed => ErrorCategory.InvalidResult,
        GostBtFailure.NotPrivileged => ErrorCategory.PermissionDenied,
        GostBtFailure.UnsupportedSystem => ErrorCategory.NotImplemented,
        GostBtFailure.Conflict => ErrorCategory.ResourceExists,
        GostBtFailure.VerificationFailed => ErrorCategory.InvalidResult,
        GostBtFailure.EngineFailed => ErrorCategory.ResourceUnavailable,
        GostBtFailure.DownloadFailed => ErrorCategory.ResourceUnavailable,
        GostBtFailure.ChecksumMismatch => ErrorCategory.SecurityError,
        GostBtFailure.TunnelFailed => ErrorCategory.ConnectionError,
        GostBtFailure.Busy => ErrorCategory.ResourceBusy,
        GostBtFailure.Timeout => ErrorCategory.OperationTimeout,
        GostBtFailure.ConfirmationRequired => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.NotSpecified,
    };

    private static GostBtException Unexpected(Exception failure) => new(
        GostBtFailure.Unexpected,
        $"GostBt met an error it does not know: {failure.Message}",
        "Run it again with -Verbose, and report it with that output and what '$Error[0] | Format-List * -Force' shows.",
        failure);

    private static string Text(GostBtException failure) =>
        typeof(PSObject).Assembly.GetName().Version >= PrintsRecommendation ? failure.Message : failure.Message + " " + failure.Remedy;
}
