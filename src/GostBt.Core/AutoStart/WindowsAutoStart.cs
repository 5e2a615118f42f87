using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.AutoStart;

/// <summary>
/// Windows: a scheduled task, read back after it was made, because not every call that succeeds made one. A tunnel that is stopped has its task disabled, or it would be back within
/// the minute; starting it enables the task again. A start that fails leaves the task as it was.
/// </summary>
/// <param name="scheduler">The Task Scheduler.</param>
/// <param name="currentUser">This user, as <c>PC\user</c>.</param>
/// <param name="programs">The folder that only administrators may write to.</param>
internal sealed class WindowsAutoStart(ITaskScheduler scheduler, string currentUser, string programs) : IAutoStart
{
    public WindowsAutoStart()
        : this(
            new WindowsTaskScheduler(),
            Environment.UserDomainName + "\\" + Environment.UserName,
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "GostBt"))
    {
    }

    /// <inheritdoc/>
    public string ProgramFolder => programs;

    /// <summary>gost, where the profile wants it: the task has an administrator's rights, its user may change the store and PATH without them.</summary>
    public IReadOnlyList<AgentFile> Beside(Profile profile, GostBtPaths paths) =>
        profile.Engine == EngineKind.Gost ? WindowsGost.Files(new GostStore(paths.Engines), GostPlatform.Local, GostProgram.OnPath()) : [];

    /// <inheritdoc/>
    public void RequireBeside(Profile profile, GostBtPaths paths)
    {
        var agent = new AgentCommandLine(profile.Name, string.Empty, paths);
        if (profile.Engine == EngineKind.Gost
            && scheduler.Read(ScheduledTask.PathOf(profile.Name)) is { } task
            && ScheduledTask.ProgramOf(task, agent) is { } program)
        {
            _ = AgentEngines.GostBeside(program);
        }
    }

    /// <inheritdoc/>
    public string Describe(AgentCommandLine agent, string? account) =>
        $"Make the scheduled task {ScheduledTask.PathOf(agent.Name)}:\n{ScheduledTask.Write(agent, account ?? currentUser, account is not null)}";

    /// <inheritdoc/>
    public void Require(AgentCommandLine agent, string? account, SshPassword? password)
    {
        if (account is not null && password is null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"The account '{account}' needs its password: Windows logs it on at boot.", "Give -Credential (Get-Credential).");
        }

        if (account is not null && !IsCurrentUser(account))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"The agent cannot run as '{account}': the profile's secrets are encrypted for {currentUser}, and no other account, SYSTEM included, can read them.",
                $"Give {currentUser}'s password. For another account, log on as it, import the profile there (Export-GostBtProfile -IncludeSecrets), and register it there.");
        }

        TunnelPlatforms.Current().RequireTunnelRights();
    }

    /// <inheritdoc/>
    public Task<GostBtAutoStart> RegisterAsync(AgentCommandLine agent, string? account, SshPassword? password, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = ScheduledTask.PathOf(agent.Name);
        if (scheduler.Read(path) is { } before && !ScheduledTask.Starts(before, agent))
        {
            throw new GostBtException(
                GostBtFailure.Conflict, $"There is a task {path} already, for another user's profile '{agent.Name}'.", "Take it away with Unregister-GostBtAutoStart, or give the profile another name.");
        }

        var user = account ?? currentUser;
        var task = ScheduledTask.Write(agent, user, account is not null);
        scheduler.Register(path, task.ToString(), user, password);
        if (scheduler.Read(path) is not { } found)
        {
            throw NotAsAsked(path, "it is not there");
        }

        if (ScheduledTask.Difference(task, found) is { } difference)
        {
            scheduler.Remove(path);
            throw NotAsAsked(path, difference);
        }

        return Task.FromResult(new GostBtAutoStart { Name = agent.Name.Value, Registered = true, Entry = path, Account = user, Program = agent.Program });
    }

    /// <inheritdoc/>
    public Task<GostBtAutoStart> UnregisterAsync(ProfileName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = ScheduledTask.PathOf(name);
        if (scheduler.Read(path) is not null)
        {
            scheduler.Remove(path);
            if (scheduler.Read(path) is not null)
            {
                throw NotAsAsked(path, "it is still there");
            }
        }

        return Task.FromResult(new GostBtAutoStart { Name = name.Value, Registered = false, Entry = path });
    }

    /// <inheritdoc/>
    public bool Serves(ProfileName name, GostBtPaths paths)
    {
        try
        {
            return scheduler.Read(ScheduledTask.PathOf(name)) is { } task && ScheduledTask.Starts(task, new AgentCommandLine(name, string.Empty, paths));
        }
        catch (GostBtException)
        {
            // A Task Scheduler that does not answer starts no agent.
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<bool> StartAsync(ProfileName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = ScheduledTask.PathOf(name);
        var enabled = scheduler.Read(path) is not { } task || !ScheduledTask.IsDisabled(task);
        scheduler.Enable(path, enabled: true);
        scheduler.Run(path);
        return Task.FromResult(enabled);
    }

    /// <inheritdoc/>
    public Task StopAsync(ProfileName name, bool comesBack, CancellationToken cancellationToken)
    {
        // The agent is asked to end at its pipe: the scheduler would only kill it.
        cancellationToken.ThrowIfCancellationRequested();
        if (!comesBack)
        {
            scheduler.Enable(ScheduledTask.PathOf(name), enabled: false);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RunsAsync(ProfileName name, CancellationToken cancellationToken) => Task.FromResult(scheduler.Runs(ScheduledTask.PathOf(name)));

    // PC\user, .\user, user, user@domain; what MicrosoftAccount\… stands for only Windows knows, and checks with the password.
    private bool IsCurrentUser(string account)
    {
        const string Microsoft = "MicrosoftAccount\\";
        var user = currentUser.Substring(currentUser.LastIndexOf('\\') + 1);
        var domain = currentUser.Substring(0, currentUser.Length - user.Length);
        return account.StartsWith(Microsoft, StringComparison.OrdinalIgnoreCase)
            || new[] { user, ".\\" + user, domain + user }.Contains(account, StringComparer.OrdinalIgnoreCase)
            || account.StartsWith(user + "@", StringComparison.OrdinalIgnoreCase);
    }

    private static GostBtException NotAsAsked(string path, string what) => new(
        GostBtFailure.Unexpected, $"Windows said that it changed the task {path}, but {what}.", "Look at it in the Task Scheduler (taskschd.msc), and try again.");
}
