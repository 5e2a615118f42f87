using GostBt.Profiles;

namespace GostBt.Ssh;

/// <summary>The known_hosts files of one session; removes the one it made, if any.</summary>
internal sealed class KnownHosts : IDisposable
{
    private readonly string? _ownFolder;

    private KnownHosts(IReadOnlyList<string> options, string? ownFolder)
    {
        Options = options;
        _ownFolder = ownFolder;
    }

    /// <summary>The arguments that make ssh check the host's key strictly against these files.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <param name="settings">The user's own files.</param>
    /// <param name="paths">GostBt's.</param>
    /// <param name="onlyLine">The only key to trust, when a fingerprint was given.</param>
    public static KnownHosts For(SshClientSettings settings, GostBtPaths paths, string? onlyLine)
    {
        if (onlyLine is null)
        {
            return new KnownHosts(
                ["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + SshArguments.FileList(settings.UserKnownHosts.Append(paths.KnownHosts))],
                null);
        }

        var folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
        PrivateFile.CreateFolder(folder);
        var file = Path.Combine(folder, "known_hosts");
        File.WriteAllText(file, onlyLine + "\n");
        return new KnownHosts(
            ["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + SshArguments.FileList([file]), "-o", "GlobalKnownHostsFile=none"],
            folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownFolder is not null && Directory.Exists(_ownFolder))
        {
            Directory.Delete(_ownFolder, recursive: true);
        }
    }
}
