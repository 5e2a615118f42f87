using System.ComponentModel;
using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Yaml;
using YamlDotNet.RepresentationModel;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Tunnel;

/// <summary>
/// What an agent did to this machine, noted on disk before each change, so that whoever comes after a crash can take it back. Taking back what was
/// noted but never done is harmless.
/// </summary>
internal sealed class UndoJournal
{
    private readonly string _path;
    private readonly List<UndoStep> _steps;

    private UndoJournal(string path, List<UndoStep> steps)
    {
        _path = path;
        _steps = steps;
    }

    /// <summary>What is noted, oldest first.</summary>
    public IReadOnlyList<UndoStep> Steps => _steps;

    /// <summary>
    /// Reads the journal; an absent file is an empty one. Where what it holds is no journal (the power went, a hand was at it) it is set aside, and whatever a tunnel of
    /// this profile makes counts as made: a broken note must not keep a tunnel from starting, nor its leftovers on the machine.
    /// </summary>
    /// <param name="files">The agent's.</param>
    /// <param name="all">Whatever the profile's tunnel can have made, oldest first.</param>
    /// <param name="warn">Told what became of a journal that cannot be read.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Unexpected"/>: the system does not let it be read now, which says nothing of what is in it; or it cannot be set aside.</exception>
    public static UndoJournal Open(AgentFiles files, IReadOnlyList<UndoStep> all, Action<string> warn)
    {
        var path = files.Journal;
        if (!File.Exists(path))
        {
            // An engine's configuration is written after the note of it.
            return new UndoJournal(path, File.Exists(files.Engine) ? [.. all] : []);
        }

        try
        {
            return Read(path, all, warn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GostBtException(
                GostBtFailure.Unexpected,
                $"The journal of what has to be undone cannot be read: {e.Message}",
                $"Check the disk and the permissions of {path}, then start or stop the tunnel again. Where it is lost, delete it: whatever this profile's tunnel makes is taken back then.",
                e);
        }
    }

    /// <summary>Notes a change that is about to be made. Where that fails it counts as not noted: the change must not be made.</summary>
    public void Note(UndoStep step)
    {
        if (!_steps.Contains(step))
        {
            Save([.. _steps, step]);
            _steps.Add(step);
        }
    }

    /// <summary>A change that was taken back. Where that cannot be written it stays noted.</summary>
    public void Forget(UndoStep step)
    {
        if (_steps.Contains(step))
        {
            Save([.. _steps.Where(other => other != step)]);
            _steps.Remove(step);
        }
    }

    /// <summary>Takes everything back, the last first. What cannot be taken back stays noted, and does not keep the rest.</summary>
    /// <param name="undo">Takes one step back.</param>
    /// <param name="keep">What stays as it is, and noted; null for nothing.</param>
    /// <returns>What could not be taken back, and why.</returns>
    public async Task<IReadOnlyList<GostBtException>> ReplayAsync(Func<UndoStep, Task> undo, Func<UndoStep, bool>? keep = null)
    {
        var problems = new List<GostBtException>();
        foreach (var step in Enumerable.Reverse(_steps).Where(step => keep?.Invoke(step) != true).ToList())
        {
            try
            {
                await undo(step).ConfigureAwait(false);
                _steps.Remove(step);
            }
            catch (GostBtException problem)
            {
                problems.Add(problem);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or Win32Exception or TimeoutException)
            {
                problems.Add(new GostBtException(GostBtFailure.Unexpected, $"'{step}' could not be taken back: {e.Message}", "Stop the tunnel again.", e));
            }
        }

        Save(_steps);
        return problems;
    }

    private static UndoJournal Read(string path, IReadOnlyList<UndoStep> all, Action<string> warn)
    {
        var text = PrivateFile.ReadAllText(path);
        try
        {
            var map = StrictMapping.ParseDocument(text, path);
            var steps = map.Mappings("steps").Select(Parse).ToList();
            var count = map.Number("count");
            map.Done("steps", "count");
            return new UndoJournal(path, count == steps.Count ? steps : throw map.Problem("it is not complete"));
        }
        catch (YamlFormatException e)
        {
            var aside = path + ".unreadable";
            File.Delete(aside);
            File.Move(path, aside);
            warn($"The journal of what has to be undone cannot be read ({e.Message}) and was moved to {aside}; whatever this profile's tunnel makes is taken back.");
            var journal = new UndoJournal(path, [.. all]);
            journal.Save(all);
            return journal;
        }
    }

    private void Save(IReadOnlyList<UndoStep> steps)
    {
        if (steps.Count == 0)
        {
            File.Delete(_path);
        }
        else
        {
            // The count comes last: what a power cut left of the file is told from the whole.
            PrivateFile.WriteAllText(_path, YamlTree.Write(Map(("steps", List(steps, Write)), ("count", Number(steps.Count)))));
        }
    }

    private static YamlMappingNode Write(UndoStep step)
    {
        var map = step.Route is { } route ? Write(route) : Map(("engine", Text(step.EngineConfiguration)));
        if (step.Boot is { } boot)
        {
            map.Add("boot", Text(boot)!);
        }

        return map;
    }

    private static YamlMappingNode Write(RouteStep step) => step switch
    {
        SourceRule rule => Map(("rule", Text(rule.Address)), ("table", Count(rule.Table)), ("priority", Count(rule.Priority))),
        DefaultRoute route => Map(("route", Text(route.Interface)), ("table", Count(route.Table)), ("metric", Count(route.Metric)), ("family", Family(step))),
        ThrowRoute end => Map(("throw", Count(end.Metric))),
        FirewallOpening opening => Map(("opening", Text(opening.Interface)), ("tcp", Text(opening.TcpPorts)), ("udp", Text(opening.UdpPorts))),
        TunnelGuard guard => Map(("guard", Text(guard.Interface))),
        DeviceSettings settings =>
            Map(("settings", Text(settings.Interface)), ("metric", Count(settings.Metric)), ("mtu", Number(settings.Mtu)), ("family", Family(step))),
        TunDevice device => Map(("tun", Text(device.Interface))),
        DeviceLink link => Map(("link", Text(link.Interface)), ("mtu", Number(link.Mtu))),
        DeviceAddress address => Map(("address", Text(address.Address)), ("length", Number(address.PrefixLength)), ("device", Text(address.Interface))),
        _ => throw new ArgumentException($"{step.GetType()} is not a step that a journal knows.", nameof(step)),
    };

    private static UndoStep Parse(StrictMapping map)
    {
        var step = map.Text("engine") is { } engine ? UndoStep.OfEngine(engine) : UndoStep.Of(ParseRoute(map), map.Text("boot"));
        map.Done();
        return step;
    }

    private static RouteStep ParseRoute(StrictMapping map)
    {
        if (map.Text("rule") is { } address)
        {
            return new SourceRule(address, Count(map, "table") ?? 0, Count(map, "priority") ?? 0);
        }

        if (Count(map, "throw") is { } end)
        {
            return new ThrowRoute(end);
        }

        if (map.Text("opening") is { } device)
        {
            return new FirewallOpening(device, map.Text("tcp") ?? string.Empty, map.Text("udp") ?? string.Empty);
        }

        if (map.Text("guard") is { } guarded)
        {
            return new TunnelGuard(guarded, string.Empty);
        }

        if (map.Text("tun") is { } tun)
        {
            return new TunDevice(tun);
        }

        if (map.Text("link") is { } link)
        {
            return new DeviceLink(link, map.Number("mtu") ?? 0);
        }

        if (map.Text("address") is { } own)
        {
            return new DeviceAddress(map.RequiredText("device"), own, map.Number("length") ?? 128);
        }

        if (map.Text("settings") is { } adapter)
        {
            return new DeviceSettings(adapter, Count(map, "metric") ?? 0, map.Number("mtu") ?? 0, map.Number("family") == 6);
        }

        return new DefaultRoute(map.RequiredText("route"), Count(map, "table"), Count(map, "metric"), map.Number("family") == 6);
    }

    private static YamlNode? Family(RouteStep step) => step.IsIPv6 ? Number(6) : null;

    private static YamlScalarNode? Count(uint? value) => value is null ? null : new YamlScalarNode(value.Value.ToString(CultureInfo.InvariantCulture));

    private static uint? Count(StrictMapping map, string key) => map.Text(key) is not { } text
        ? null
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw map.Problem($"'{key}' must be a number");
}
