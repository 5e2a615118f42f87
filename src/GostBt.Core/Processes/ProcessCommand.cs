namespace GostBt.Processes;

/// <summary>A child process to be started: an immutable value. Its text form never shows the arguments' values of the environment or the input.</summary>
/// <param name="FileName">A path, or a name that is looked up on PATH.</param>
/// <param name="Arguments">One item an argument; quoting is <see cref="ProcessArguments"/>' work. Never a secret: every user of the machine can read them.</param>
public sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables to set (or, with null, to remove) beside the inherited ones.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The folder it starts in; null is this process's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Writes the child's standard input, which is closed afterwards; null gives it an empty one. Told when the child has ended, or is to.</summary>
    public Func<Stream, CancellationToken, Task>? StandardInput { get; init; }

    /// <summary>After this the child and its children are ended; null waits for ever.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>How many bytes of each output are kept; what comes after is read and dropped, so the child never blocks.</summary>
    public int OutputLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>The same command with these bytes as its standard input.</summary>
    public ProcessCommand WithInput(byte[] bytes) => this with
    {
        StandardInput = (stream, cancellationToken) => stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken),
    };

    /// <summary>The same command with this text, in UTF-8, as its standard input.</summary>
    public ProcessCommand WithInput(string text) => WithInput(ProcessText.Encoding.GetBytes(text));

    /// <inheritdoc/>
    public override string ToString() => ProcessArguments.Join([FileName, .. Arguments]);
}
