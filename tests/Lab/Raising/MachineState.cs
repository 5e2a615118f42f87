using System.Text.RegularExpressions;

namespace GostBt.Lab.Tests.Raising;

/// <summary>What a lab must leave alone (addresses, routes, rules) and what it must not leave behind.</summary>
internal static partial class MachineState
{
    /// <summary>Addresses, routes and policy rules of the root namespace, without the life times that count down.</summary>
    public static async Task<string> RootNetworkAsync()
    {
        var text = "";
        foreach (var arguments in new[] { "-o address", "route show table all", "-6 route show table all", "rule", "-6 rule" })
        {
            text += (await Command.RunAsync("ip", arguments.Split(' '), input: null, TimeSpan.FromSeconds(10))).Succeeded();
        }

        return LifeTime().Replace(text, "");
    }

    /// <summary>Everything on the machine that belongs to the lab of that name: namespaces, mounts, files, control groups, processes.</summary>
    public static async Task<IReadOnlyList<string>> TracesOfAsync(string name)
    {
        var script = $"""
            ls -d /run/netns/{name}-* /etc/netns/{name}-* /run/gostbt-lab/{name} /var/cache/gostbt-lab/building.{name}.* \
               /run/systemd/nspawn/*/{name}-* 2>/dev/null
            find /sys/fs/cgroup -name '*{name}*'
            grep -F '/{name}/' /proc/self/mountinfo
            grep -lzxF 'GOSTBT_LAB_MEMBER=/run/gostbt-lab/{name}' /proc/[0-9]*/environ 2>/dev/null
            grep -lzF -- '--machine={name}-vps' /proc/[0-9]*/cmdline 2>/dev/null
            true
            """;
        var traces = (await Command.RunAsync("bash", ["-s"], script, TimeSpan.FromSeconds(20))).Succeeded();
        return traces.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"(valid_lft|preferred_lft|expires) \S+|[ \t]+(?=\n)")]
    private static partial Regex LifeTime();
}
