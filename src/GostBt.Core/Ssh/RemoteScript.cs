using GostBt.Processes;

namespace GostBt.Ssh;

/// <summary>
/// A script with its files as one round trip: a command for the login shell, and the stream that the command unpacks and runs. What the stream begins
/// with, where sudo may ask, is sudo's password; on the host it is in no file, no argument and no environment.
/// </summary>
internal sealed class RemoteScript
{
    private const string ScriptName = "script";

    private static readonly string Unpack = EmbeddedScript.ReadOneLine("Ssh", "unpack.sh");

    private readonly SshUpload _upload;
    private readonly SshPassword? _sudo;
    private readonly bool _needsRoot;

    public RemoteScript(IReadOnlyList<SshFile> files, string script, SshPassword? sudo)
    {
        var text = ProcessText.Encoding.GetBytes(script);
        _upload = new SshUpload([.. files, new SshFile(ScriptName, () => new MemoryStream(text, writable: false), text.Length)]);
        _needsRoot = RootScript.Wraps(script);
        _sudo = _needsRoot ? sudo : null;
        Name = files.Count == 0 ? "a script" : FormattableString.Invariant($"a script with {files.Count} files");
    }

    /// <summary>For the log.</summary>
    public string Name { get; }

    /// <summary>One command for the login shell, whichever it is; sh takes over from there.</summary>
    public string Command => string.Join(
        " ",
        new[] { "exec", "sh", "-c", ShellQuote.Quote(Unpack), "gostbt" }
            .Concat(_sudo is null ? [] : ["secret"])
            .Concat(_upload.Manifest.Select(ShellQuote.Quote)));

    /// <summary>Writes the stream that the command reads.</summary>
    public async Task WriteAsync(Stream output, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (_sudo is not null)
        {
            await _sudo.UseAsync(async bytes =>
            {
                await output.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
                await output.WriteAsync([(byte)'\n'], 0, 1, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }

        await _upload.WriteAsync(output, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What came of it, without what sudo or the login shell said before the script itself began.</summary>
    public SshResult Settle(int exitCode, string output, string error) =>
        _needsRoot ? RootScript.Settle(new SshResult(exitCode, output, error), _sudo is not null) : new SshResult(exitCode, output, error);
}
