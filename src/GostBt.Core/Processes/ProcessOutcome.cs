namespace GostBt.Processes;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code; on Unix 128 + the signal's number when a signal ended it.</param>
/// <param name="Output">Its standard output, UTF-8, at most <see cref="ProcessCommand.OutputLimit"/> bytes of it.</param>
/// <param name="Error">Its standard error, likewise.</param>
/// <param name="Truncated">Whether an output was longer than the limit.</param>
public sealed record ProcessOutcome(int ExitCode, string Output, string Error, bool Truncated = false);
