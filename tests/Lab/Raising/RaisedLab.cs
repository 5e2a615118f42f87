using System.Diagnostics;

namespace GostBt.Lab.Tests.Raising;

/// <summary>
/// A lab of lab/lab.sh: raised by <see cref="UpAsync"/>, lowered by <see cref="DisposeAsync"/>, and lowered by its own watchdog when the
/// tests' process is killed. Raising takes a few seconds once the root filesystem is cached.
/// </summary>
public sealed class RaisedLab : IAsyncDisposable
{
    /// <summary>The first `up` on a machine runs debootstrap.</summary>
    private static readonly TimeSpan UpDeadline = TimeSpan.FromMinutes(8);

    /// <summary>The exit code of `up` for which lab/lib/rootfs.sh says why.</summary>
    private const int NoRootFileSystem = 5;

    private static readonly TimeSpan ExecDeadline = TimeSpan.FromSeconds(60);

    private readonly List<NodeProcess> _started = [];

    private RaisedLab(string name, LabFacts facts)
    {
        Name = name;
        Facts = facts;
    }

    /// <summary>The lab's name: its namespaces are <c>Name-node</c>.</summary>
    public string Name { get; }

    /// <summary>Addresses, keys and places, read from the lab's env file.</summary>
    public LabFacts Facts { get; }

    /// <summary>Whether tests share it, so that what one of them leaves is in the way of the others.</summary>
    public bool IsShared { get; set; }

    /// <summary>Why no lab can be raised here, or null when it can.</summary>
    public static string? Obstacle =>
        !OperatingSystem.IsLinux() ? "the lab needs Linux" : !Environment.IsPrivilegedProcess ? "the lab needs root" : null;

    /// <summary>A name no other lab of this machine has.</summary>
    public static string UniqueName() => $"t{Environment.ProcessId}-{Guid.NewGuid():N}"[..20];

    /// <summary>Raises a lab that this process owns; its VPS runs the lab's default system.</summary>
    public static async Task<RaisedLab> UpAsync(string name, CancellationToken cancellationToken = default)
    {
        (await ScriptAsync(name, ["up", "--owner", $"{Environment.ProcessId}"], UpDeadline, cancellationToken)).Succeeded();
        return new RaisedLab(name, LabFacts.Read(name));
    }

    /// <summary>
    /// Raises a lab of its own whose VPS runs a system of <c>lab/lib/systems.sh</c>. Skips the test, by the system's name, where no lab can be
    /// raised or that system's root filesystem cannot be made.
    /// </summary>
    public static async Task<RaisedLab> OfSystemAsync(string system, CancellationToken cancellationToken = default)
    {
        Skip.If(Obstacle is not null, Obstacle);
        var name = UniqueName();
        var result = await ScriptAsync(name, ["up", "--owner", $"{Environment.ProcessId}", "--system", system], UpDeadline, cancellationToken);
        Skip.If(result.ExitCode == NoRootFileSystem, $"the root filesystem of {system} cannot be made here");
        result.Succeeded();
        return new RaisedLab(name, LabFacts.Read(name));
    }

    /// <summary>Lowers the lab of that name; nothing happens when there is none.</summary>
    public static async Task DownAsync(string name, CancellationToken cancellationToken = default) =>
        (await ScriptAsync(name, ["down"], ExecDeadline, cancellationToken)).Succeeded();

    /// <summary>Runs <c>lab.sh --name NAME …</c>.</summary>
    public static Task<CommandResult> ScriptAsync(
        string name, IReadOnlyList<string> arguments, TimeSpan deadline, CancellationToken cancellationToken = default) =>
        Command.RunAsync(Repository.LabScript, ["--name", name, .. arguments], input: null, deadline, cancellationToken);

    /// <summary>Runs a command in a node to its end. The deadline is a minute unless given.</summary>
    public Task<CommandResult> ExecAsync(
        string node,
        IReadOnlyList<string> command,
        string? input = null,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default) =>
        Command.RunAsync(Repository.LabScript, ExecArguments(node, command), input, deadline ?? ExecDeadline, cancellationToken);

    /// <summary>Runs a script of sh in a node to its end.</summary>
    public Task<CommandResult> ShAsync(
        string node, string script, TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        ExecAsync(node, ["sh", "-c", script], input: null, deadline, cancellationToken);

    /// <summary>Starts a command in a node and leaves it running; it ends with what is returned, or with the lab.</summary>
    public NodeProcess Start(string node, IReadOnlyList<string> command)
    {
        var process = Process.Start(Command.StartInfo(Repository.LabScript, ExecArguments(node, command)))
            ?? throw new InvalidOperationException($"lab.sh did not start for node '{node}'.");
        var started = new NodeProcess(process);
        _started.Add(started);
        return started;
    }

    /// <summary>Gives home IPv6, or takes it away.</summary>
    public async Task SwitchHomeIPv6Async(bool on, CancellationToken cancellationToken = default) =>
        (await ScriptAsync(Name, ["ipv6", on ? "on" : "off"], ExecDeadline, cancellationToken)).Succeeded();

    /// <summary>Reboots the VPS and waits for its sshd: files stay, rules, sysctls and devices go.</summary>
    /// <param name="how">Nothing; <c>cut</c>, as a power cut does it; <c>unplugged</c>, without a network until <see cref="PlugVpsAsync"/>, and nothing is waited for.</param>
    public async Task RebootVpsAsync(params string[] how) =>
        (await ScriptAsync(Name, ["reboot", "vps", .. how], ExecDeadline)).Succeeded();

    /// <summary>Gives the VPS the network that it was booted without, and waits for its sshd.</summary>
    public async Task PlugVpsAsync() => (await ScriptAsync(Name, ["plug", "vps"], ExecDeadline)).Succeeded();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started) await process.DisposeAsync();
        await DownAsync(Name);
    }

    private IReadOnlyList<string> ExecArguments(string node, IReadOnlyList<string> command) => ["--name", Name, "exec", node, .. command];
}
