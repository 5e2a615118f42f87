using System.Globalization;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Routing.Windows;

namespace GostBt.Tunnel;

/// <summary>
/// Windows: elevation, a job object that ends the engines with their agent, and a note of each engine's process beside its configuration, because the command
/// lines of other processes are nothing a program is told of.
/// </summary>
/// <param name="system">Windows' processes and rights.</param>
/// <param name="routes">Its routing.</param>
/// <param name="firewall">Its firewall, apart from the opening that comes with the routing.</param>
internal sealed class WindowsTunnelPlatform(IWindowsSystem system, IRouteManager routes, WindowsFirewall firewall) : ITunnelPlatform
{
    // DisabledComponents: off on all interfaces that are no tunnels of IPv6's own.
    private const uint OffOnInterfaces = 0x10;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    private static readonly char[] Blank = [' '];

    public WindowsTunnelPlatform()
        : this(new WindowsSystem(), new WindowsRouteManager(), new WindowsFirewall(new FirewallRules()))
    {
    }

    /// <inheritdoc/>
    public bool IsWindows => true;

    /// <inheritdoc/>
    public IRouteManager Routes { get; } = routes;

    /// <inheritdoc/>
    public INetworkWatch WatchNetwork() => new WindowsWatch(new WindowsNotices());

    /// <inheritdoc/>
    public bool HasIPv6 => Socket.OSSupportsIPv6 && (system.DisabledIPv6Components & OffOnInterfaces) == 0;

    /// <inheritdoc/>
    public RoutePlan Plan(Profile profile) => RoutePlan.ForWindows(profile);

    /// <inheritdoc/>
    public TunnelGuard? Guard(Profile profile, IReadOnlyList<PublishedPort> ports) => null;

    /// <inheritdoc/>
    public Task LetInAsync(Profile profile, int port, TimeSpan time, CancellationToken cancellationToken)
    {
        var server = TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress.ToString();
        return firewall.LetInAsync(profile.Tunnel.Interface, port, profile.Tunnel.Client, server, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ShutAsync(Profile profile) => firewall.ShutAsync(profile.Tunnel.Interface, CancellationToken.None);

    /// <inheritdoc/>
    public void RequireTunnelRights()
    {
        if (!system.IsElevated)
        {
            throw new GostBtException(
                GostBtFailure.NotPrivileged,
                "Making the tunnel's adapter and routes takes an administrator's rights, and this process is not elevated.",
                "Run it in a console opened with 'Run as administrator'.");
        }
    }

    /// <inheritdoc/>
    public string? StartOf(int processId) => system.StartOf(processId);

    /// <inheritdoc/>
    public bool MayBe(int processId, string start) => system.StartOf(processId) is { } its ? its == start : system.IsClosed(processId);

    /// <summary>
    /// Ends it at once: Windows has no way to ask a process without a console. The agent is asked through its pipe; one that does not listen there is ended here, and its
    /// journal is taken back afterwards.
    /// </summary>
    public void AskToEnd(int processId, string start) => system.End(processId, start, EndPatience);

    /// <inheritdoc/>
    public void TieEngines()
    {
        var error = system.TieChildren();
        if (error != 0)
        {
            throw new GostBtException(
                GostBtFailure.Unexpected,
                $"The engine cannot be tied to the agent (job object, error {error.ToString(CultureInfo.InvariantCulture)} of Windows).",
                "End what keeps this console in a job of its own, or start the tunnel from another console.");
        }
    }

    /// <inheritdoc/>
    public void NoteEngine(string configurationPath, int processId)
    {
        if (system.StartOf(processId) is { } start)
        {
            PrivateFile.WriteAllText(NoteOf(configurationPath), string.Format(CultureInfo.InvariantCulture, "{0} {1}", processId, start));
        }
    }

    /// <inheritdoc/>
    public Task EndEnginesAsync(string configurationPath, TimeSpan grace)
    {
        var note = NoteOf(configurationPath);
        if (!File.Exists(note))
        {
            return Task.CompletedTask;
        }

        var words = File.ReadAllText(note).Split(Blank, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 2
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && !system.End(id, words[1], grace + EndPatience))
        {
            throw new GostBtException(
                GostBtFailure.EngineFailed, string.Format(CultureInfo.InvariantCulture, "The engine, process {0}, does not end.", id), "End it in the Task Manager, then stop the tunnel again.");
        }

        File.Delete(note);
        return Task.CompletedTask;
    }

    private static string NoteOf(string configurationPath) => configurationPath + ".pid";
}
