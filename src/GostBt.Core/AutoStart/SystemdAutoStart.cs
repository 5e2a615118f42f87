using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.AutoStart;

/// <summary>Linux: a systemd unit, enabled.</summary>
/// <param name="units">Where units of the administrator lie.</param>
/// <param name="running">The folder that tells that systemd is this system's init (sd_booted(3)).</param>
/// <param name="systemctl">Runs systemctl; the exit code and all it said.</param>
internal sealed class SystemdAutoStart(string units, string running, Func<string[], CancellationToken, Task<(int Code, string Said)>> systemctl) : IAutoStart
{
    public SystemdAutoStart()
        : this("/etc/systemd/system", "/run/systemd/system", SystemctlAsync)
    {
    }

    /// <inheritdoc/>
    public string ProgramFolder => "/usr/local/lib/gostbt-agent";

    /// <summary>Nothing: see <see cref="RootOnly"/>.</summary>
    public IReadOnlyList<AgentFile> Beside(Profile profile, GostBtPaths paths) => [];

    /// <inheritdoc/>
    public void RequireBeside(Profile profile, GostBtPaths paths)
    {
        // As above.
    }

    /// <inheritdoc/>
    public string Describe(AgentCommandLine agent, string? account) =>
        $"Make and enable {FileOf(agent.Name)}:\n{SystemdUnit.Write(agent)}";

    /// <inheritdoc/>
    public void Require(AgentCommandLine agent, string? account, SshPassword? password)
    {
        RequireSystemd();
        if (account is not null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "On Linux the agent runs as root, with few of root's rights; it takes no account.", "Leave -Credential out.");
        }

        TunnelPlatforms.Current().RequireTunnelRights();
        new RootOnly(FileOwner.Of).Require(agent, ProgramFolder);
    }

    /// <inheritdoc/>
    public async Task<GostBtAutoStart> RegisterAsync(AgentCommandLine agent, string? account, SshPassword? password, CancellationToken cancellationToken)
    {
        var unit = SystemdUnit.NameOf(agent.Name);
        var file = FileOf(agent.Name);
        var before = PrivateFile.TryReadAllText(file);
        if (before is not null && !Serves(agent.Name, agent.Paths))
        {
            throw new GostBtException(
                GostBtFailure.Conflict, $"{file} is there already, for another user's profile '{agent.Name}' or another program.", "Take it away with Unregister-GostBtAutoStart, or give the profile another name.");
        }

        try
        {
            var text = SystemdUnit.Write(agent);
            if (before != text)
            {
                Write(file, text);
                await RequireAsync(["daemon-reload"], cancellationToken).ConfigureAwait(false);
            }

            await RequireAsync(["enable", unit], cancellationToken).ConfigureAwait(false);
            var (_, state) = await systemctl(["is-enabled", unit], cancellationToken).ConfigureAwait(false);
            return state.Trim() == "enabled"
                ? new GostBtAutoStart { Name = agent.Name.Value, Registered = true, Entry = unit, Account = "root", Program = agent.Program }
                : throw new GostBtException(GostBtFailure.Unexpected, $"systemd says of {unit} that it is '{state.Trim()}'.", $"See 'systemctl status {unit}'.");
        }
        catch when (before is null)
        {
            await UnregisterAsync(agent.Name, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<GostBtAutoStart> UnregisterAsync(ProfileName name, CancellationToken cancellationToken)
    {
        var unit = SystemdUnit.NameOf(name);
        var file = FileOf(name);
        if (File.Exists(file))
        {
            RequireSystemd();
            var (code, said) = await systemctl(["disable", "--now", unit], cancellationToken).ConfigureAwait(false);
            try
            {
                File.Delete(file);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new GostBtException(GostBtFailure.NotPrivileged, $"Removing {file} takes root.", "Run it with sudo.", e);
            }

            await systemctl(["daemon-reload"], cancellationToken).ConfigureAwait(false);
            await systemctl(["reset-failed", unit], cancellationToken).ConfigureAwait(false);
            if (code != 0)
            {
                throw new GostBtException(GostBtFailure.Unexpected, $"systemctl disable --now {unit}: {said.Trim()}", "The unit's file is removed; look for what is left with 'systemctl status'.");
            }
        }

        return new GostBtAutoStart { Name = name.Value, Registered = false, Entry = unit };
    }

    /// <inheritdoc/>
    public bool Serves(ProfileName name, GostBtPaths paths)
    {
        var file = FileOf(name);
        if (!Directory.Exists(running) || !File.Exists(file))
        {
            return false;
        }

        try
        {
            // Which copy of the program it starts makes no difference.
            var arguments = SystemdUnit.ArgumentsOf(new AgentCommandLine(name, string.Empty, paths));
            return PrivateFile.ReadAllText(file).Split('\n').Any(line => line.StartsWith("ExecStart=", StringComparison.Ordinal) && line.EndsWith(" " + arguments, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is GostBtException or UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> StartAsync(ProfileName name, CancellationToken cancellationToken)
    {
        await RequireAsync(["start", SystemdUnit.NameOf(name)], cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public Task StopAsync(ProfileName name, bool comesBack, CancellationToken cancellationToken) => RequireAsync(["stop", SystemdUnit.NameOf(name)], cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RunsAsync(ProfileName name, CancellationToken cancellationToken) =>
        (await systemctl(["is-active", SystemdUnit.NameOf(name)], cancellationToken).ConfigureAwait(false)).Said.Trim() is "active" or "activating" or "deactivating";

    private string FileOf(ProfileName name) => Path.Combine(units, SystemdUnit.NameOf(name));

    private static void Write(string file, string text)
    {
        try
        {
            PrivateFile.WriteAllText(file, text);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, "Making a systemd unit takes root.", "Run it with sudo.", e);
        }
        catch (IOException e)
        {
            throw new GostBtException(GostBtFailure.Unexpected, $"{file} cannot be written: {e.Message}", "Check the free space, and that the file system is not read-only.", e);
        }
    }

    private void RequireSystemd()
    {
        if (!Directory.Exists(running))
        {
            throw new GostBtException(
                GostBtFailure.UnsupportedSystem,
                "This system is not run by systemd, which starts the agent at boot.",
                "Have your init run 'gostbt agent --profile NAME' as root, in the foreground, after the network is up; it ends on SIGTERM.");
        }
    }

    private async Task RequireAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (code, said) = await systemctl(arguments, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new GostBtException(GostBtFailure.Unexpected, $"systemctl {string.Join(" ", arguments)}: {said.Trim()}", "Run it as root, and see 'journalctl -xe'.");
        }
    }

    private static async Task<(int Code, string Said)> SystemctlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await ProcessRunner.RunAsync(
                new ProcessCommand("systemctl", ["--no-ask-password", .. arguments]) { Deadline = TimeSpan.FromSeconds(60) }, cancellationToken).ConfigureAwait(false);
            return (outcome.ExitCode, outcome.Output + outcome.Error);
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.UnsupportedSystem, e.Message, "Install systemd, or have another init run the agent.", e);
        }
    }
}
