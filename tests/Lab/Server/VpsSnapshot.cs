using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>Everything of a VPS that a deployment could leave behind: files with mode, owner and content, sysctls, rules, units, users, devices.</summary>
internal static class VpsSnapshot
{
    // Not logs, run-time state, what every login or every second changes by itself, nor what Debian's sudo notes at its first use.
    private const string Script = """
        cd /
        find bin sbin lib etc home opt root srv usr var tmp run -xdev \
            \( -path var/log -o -path var/lib/systemd -o -path run/systemd -o -path run/log -o -path run/udev -o -path run/user -o -path run/motd.dynamic -o -path 'tmp/gostbt.*' \
               -o -path run/utmp -o -path run/agetty.reload -o -path 'tmp/systemd-private-*' -o -path 'var/tmp/systemd-private-*' -o -path etc/resolv.conf -o -path run/sudo -o -path run/sshd.pid \
               -o -path run/dbus -o -path run/host -o -name .sudo_as_admin_successful -o -path 'etc/firewalld/*.xml.old' \) -prune -o -printf '%y %m %u:%g %p %l\n' | sort
        find etc usr/local home root srv opt -xdev -type f ! -name .sudo_as_admin_successful ! -name '*.xml.old' -print0 | sort -z | xargs -0 sha256sum
        sysctl -a 2>/dev/null | grep -vE '^(fs\.(dentry|inode|file|quota)|kernel\.(random|ns_last_pid|pty\.nr|sched|perf_event_max)|net\.netfilter\.nf_conntrack_(count|max|buckets|expect)|vm\.|net\.ipv6\.conf\..*stable_secret)' | sort
        nft list ruleset | sed 's/counter packets [0-9]* bytes [0-9]*/counter/'
        systemctl list-unit-files --no-legend --no-pager
        systemctl list-units --all --no-legend --no-pager --plain 'gostbt*' 'nftables*'
        ip -o link show | cut -d : -f 2 | cut -d @ -f 1
        ip route
        ss -Hlntu | awk '{ print $1, $5 }' | sort
        """;

    public static async Task<IReadOnlyList<string>> TakeAsync(RaisedLab lab) => (await lab.ShAsync("vps", Script)).Succeeded().Split('\n');

    /// <summary>Fails with the lines that came and went.</summary>
    public static async Task IsStillAsync(IReadOnlyList<string> before, RaisedLab lab) => IsStill(before, await TakeAsync(lab));

    /// <summary>The same for a snapshot that was taken.</summary>
    public static void IsStill(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        Assert.Equal(string.Empty, string.Join('\n', after.Except(before).Select(line => "+" + line).Concat(before.Except(after).Select(line => "-" + line))));
        Assert.Equal(before.Count, after.Count);
    }
}
