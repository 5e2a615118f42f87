using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.AutoStart;

/// <summary>Has a profile's tunnel come up with this computer, and come back when its agent fails.</summary>
public sealed class AutoStarter
{
    private readonly ProfileStore _profiles;
    private readonly GostBtPaths _paths;
    private readonly HostBinaries _host;
    private readonly IOperationLog _log;
    private readonly Lazy<IAutoStart?> _system;

    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="paths">The folders the agent gets.</param>
    /// <param name="host">Finds the agent's executable.</param>
    /// <param name="log">Told of each step.</param>
    public AutoStarter(ProfileStore profiles, GostBtPaths paths, HostBinaries host, IOperationLog log)
        : this(profiles, paths, host, log, AutoStarts.TryCurrent)
    {
    }

    internal AutoStarter(ProfileStore profiles, GostBtPaths paths, HostBinaries host, IOperationLog log, Func<IAutoStart?> system)
    {
        _log = log;
        _profiles = profiles;
        _paths = paths;
        _host = host;
        _system = new Lazy<IAutoStart?>(system);
    }

    /// <summary>What <see cref="RegisterAsync"/> would make, for people.</summary>
    /// <param name="name">The profile, whose server is deployed.</param>
    /// <param name="account">The account on Windows.</param>
    /// <exception cref="GostBtException">No such profile, or not deployed.</exception>
    public string Describe(ProfileName name, string? account)
    {
        var (agent, files) = CommandLine(name);
        var besides = string.Concat(files.Skip(1).Select(file => $" Copy {file.Source} beside it."));
        return $"Copy {files[0].Source} to {agent.Program}.{besides} {OfThisSystem.Describe(agent, account)}";
    }

    /// <summary>
    /// Registers a tunnel, or registers it anew. A tunnel that runs goes on, with a warning where the system did not start it; one that does not is not
    /// started by this.
    /// </summary>
    /// <param name="name">The profile, whose server is deployed.</param>
    /// <param name="account">The account on Windows; null is this user, when he logs on.</param>
    /// <param name="password">The account's password.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="GostBtException">No such profile, not deployed, not root or administrator, or the system refuses.</exception>
    public async Task<GostBtAutoStart> RegisterAsync(ProfileName name, string? account, SshPassword? password, CancellationToken cancellationToken)
    {
        var (agent, files) = CommandLine(name);
        OfThisSystem.Require(agent, account, password);
        var programs = new AgentProgram(OfThisSystem.ProgramFolder);
        var there = File.Exists(agent.Program);
        try
        {
            AgentProgram.Place(files, Path.GetDirectoryName(agent.Program)!);

            // systemd makes no folder that it is told to leave writable.
            PrivateFile.CreateFolder(_paths.State);
            var registered = await OfThisSystem.RegisterAsync(agent, account, password, cancellationToken).ConfigureAwait(false);
            if (!await OfThisSystem.RunsAsync(name, cancellationToken).ConfigureAwait(false))
            {
                programs.Remove(name, kept: agent.Program);
                WarnOfOtherAgent(name);
            }

            return registered;
        }
        catch
        {
            // What was there before may be what another user's entry of this name starts.
            if (!there && !OfThisSystem.Serves(name, _paths))
            {
                programs.RemoveCopy(name, agent.Program);
            }

            throw;
        }
    }

    /// <summary>What <see cref="UnregisterAsync"/> would do, for people.</summary>
    /// <param name="name">The profile, which need not exist any more.</param>
    public static string DescribeRemoval(ProfileName name) =>
        $"Have the tunnel '{name}' come up with this computer no more: its systemd unit or scheduled task and the agent's program go; the tunnel that was started so ends.";

    /// <summary>Takes the registration back and ends the agent that it started; the profile need not exist any more.</summary>
    public async Task<GostBtAutoStart> UnregisterAsync(ProfileName name, CancellationToken cancellationToken)
    {
        if (OfThisSystem.Serves(name, _paths) && await OfThisSystem.RunsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            // Before the entry goes, whose end may be a kill: the agent takes back what it changed.
            await new TunnelController(_profiles, _paths, _host, _log).StopAsync(name, cancellationToken).ConfigureAwait(false);
        }

        var left = await OfThisSystem.UnregisterAsync(name, cancellationToken).ConfigureAwait(false);
        new AgentProgram(OfThisSystem.ProgramFolder).Remove(name, kept: null);
        return left;
    }

    /// <summary>Whether a profile's tunnel is registered.</summary>
    public bool IsRegistered(ProfileName name) => _system.Value?.Serves(name, _paths) == true;

    private IAutoStart OfThisSystem => _system.Value ?? throw AutoStarts.Unsupported();

    private void WarnOfOtherAgent(ProfileName name)
    {
        if (new TunnelController(_profiles, _paths, _host, _log).IsRunning(name))
        {
            _log.Warning(
                $"The tunnel '{name}' runs, but the system does not keep it yet: Start-GostBtTunnel, or 'gostbt start {name}', hands it over, with a moment's interruption.");
        }
    }

    private (AgentCommandLine Agent, IReadOnlyList<AgentFile> Files) CommandLine(ProfileName name)
    {
        var profile = _profiles.Load(name);
        if (_profiles.LoadSecrets(name) is null)
        {
            throw new GostBtException(GostBtFailure.InvalidProfile, $"The server of '{name}' is not deployed yet.", "Run New-GostBtServer, or 'gostbt up' with the profile's file, first.");
        }

        var program = _host.FindForUpload(HostBinaries.LocalRuntime);
        AgentFile[] files = [AgentFile.Of(program, Path.GetFileName(program)), .. OfThisSystem.Beside(profile, _paths)];
        var folder = new AgentProgram(OfThisSystem.ProgramFolder).FolderOf(name, files);
        return (new AgentCommandLine(name, Path.Combine(folder, files[0].Name), _paths), files);
    }
}
