namespace GostBt.Ssh;

/// <summary>How a remote script ended.</summary>
/// <param name="ExitCode">The script's exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record SshResult(int ExitCode, string Output, string Error);
