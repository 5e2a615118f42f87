using System.Diagnostics;
using System.Globalization;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>Linux: capabilities, <c>/dev/net/tun</c> and <c>/proc</c> (proc(5)).</summary>
internal sealed class LinuxTunnelPlatform : ITunnelPlatform
{
    private const int NetAdmin = 12; // capabilities(7)
    private const int StartTimeField = 22; // proc(5), /proc/PID/stat

    /// <inheritdoc/>
    public bool IsWindows => false;

    /// <inheritdoc/>
    public IRouteManager Routes { get; } = new LinuxRouteManager();

    /// <inheritdoc/>
    public INetworkWatch WatchNetwork() => NetlinkWatch.Open() ?? (INetworkWatch)new PollingWatch();

    /// <inheritdoc/>
    public bool HasIPv6
    {
        get
        {
            // A new device takes after "default" (Documentation/networking/ip-sysctl).
            const string Switch = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
            return File.Exists(Switch) && File.ReadAllText(Switch).Trim() == "0";
        }
    }

    /// <inheritdoc/>
    public RoutePlan Plan(Profile profile) => RoutePlan.For(profile);

    /// <inheritdoc/>
    public TunnelGuard? Guard(Profile profile, IReadOnlyList<PublishedPort> ports) => TunnelGuard.For(profile, ports);

    /// <inheritdoc/>
    public Task LetInAsync(Profile profile, int port, TimeSpan time, CancellationToken cancellationToken) =>
        LinuxGuard.LetInAsync(TunnelGuard.For(profile, profile.Ports), port, time, cancellationToken);

    /// <summary>The kernel ends it.</summary>
    public Task ShutAsync(Profile profile) => Task.CompletedTask;

    /// <inheritdoc/>
    public void RequireTunnelRights()
    {
        if (!HasCapability(File.ReadAllLines("/proc/self/status"), NetAdmin))
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, "Making the tunnel's device and routes takes root (CAP_NET_ADMIN).", "Run it with sudo.");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            throw new GostBtException(GostBtFailure.UnsupportedSystem, "/dev/net/tun is missing.", "Load the module with 'modprobe tun'; in a container, pass the device in.");
        }
    }

    /// <inheritdoc/>
    public string? StartOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Format(CultureInfo.InvariantCulture, "/proc/{0}/stat", processId));

            // The second field, the program's name in parentheses, may hold anything; what follows it may not.
            var fields = stat.Substring(stat.LastIndexOf(')') + 2).Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[StartTimeField - 3];
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool MayBe(int processId, string start) => StartOf(processId) == start;

    /// <inheritdoc/>
    public void AskToEnd(int processId, string start)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            if (StartOf(processId) == start)
            {
                ProcessSignals.AskToEnd(process);
            }
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }

    /// <inheritdoc/>
    public void TieEngines()
    {
        // A later agent finds them by their command lines.
    }

    /// <inheritdoc/>
    public void NoteEngine(string configurationPath, int processId)
    {
        // As above.
    }

    /// <inheritdoc/>
    public async Task EndEnginesAsync(string configurationPath, TimeSpan grace)
    {
        var engines = EnginesOf(configurationPath);
        foreach (var (id, start) in engines)
        {
            AskToEnd(id, start);
        }

        for (var watch = Stopwatch.StartNew(); watch.Elapsed < grace && engines.Any(Runs);)
        {
            await Task.Delay(20).ConfigureAwait(false);
        }

        foreach (var (id, _) in engines.Where(Runs))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It has ended.
            }
        }
    }

    internal static bool HasCapability(IEnumerable<string> status, int capability)
    {
        const string Effective = "CapEff:";
        var line = status.FirstOrDefault(text => text.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.Substring(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
            && (set & (1UL << capability)) != 0;
    }

    private bool Runs((int Id, string Start) engine) => StartOf(engine.Id) == engine.Start;

    // An engine is known by its command line, "… -C <configuration>": the path is this profile's own, so no other process matches.
    private List<(int Id, string Start)> EnginesOf(string configurationPath)
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || StartOf(id) is not { } start)
            {
                continue;
            }

            try
            {
                var arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                if (arguments.Zip(arguments.Skip(1), (first, second) => first == "-C" && second == configurationPath).Any(match => match))
                {
                    found.Add((id, start));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended, or is somebody else's.
            }
        }

        return found;
    }
}
