namespace GostBt.Lab.Tests.Raising;

/// <summary>What a finished command left: its exit code and both outputs.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The standard output of a command that must have succeeded.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public string Succeeded() => ExitCode == 0
        ? Output
        : throw new InvalidOperationException($"'{Command}' ended with {ExitCode}.\n{Output}\n{Error}");
}
