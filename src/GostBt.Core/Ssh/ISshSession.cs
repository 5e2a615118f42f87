namespace GostBt.Ssh;

/// <summary>A way to run things on one host. Each call is one round trip; nothing ever prompts.</summary>
public interface ISshSession : IDisposable
{
    /// <summary>How many round trips were made so far.</summary>
    int RoundTrips { get; }

    /// <summary>Runs a POSIX <c>sh</c> script, sent by standard input so that none of it shows in a process list.</summary>
    /// <param name="script">The script's text.</param>
    /// <param name="deadline">After this the remote command is given up with <see cref="Model.GostBtFailure.Timeout"/>.</param>
    /// <param name="cancellationToken">Ends the ssh process at once.</param>
    /// <returns>Exit code and both outputs, whatever the code is.</returns>
    Task<SshResult> RunScriptAsync(string script, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Runs a script with files: all in one stream, unpacked on the host into a private folder that the script sees as
    /// <c>$GOSTBT_FILES</c> and that is removed when it ends.</summary>
    /// <param name="files">What to upload.</param>
    /// <param name="script">The script's text.</param>
    /// <param name="deadline">As in <see cref="RunScriptAsync"/>.</param>
    /// <param name="progress">Bytes sent so far, a few times a second.</param>
    /// <param name="cancellationToken">Ends the ssh process at once.</param>
    Task<SshResult> RunScriptWithFilesAsync(IReadOnlyList<SshFile> files, string script, TimeSpan deadline, IProgress<long>? progress, CancellationToken cancellationToken);
}
