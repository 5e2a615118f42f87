using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests;

/// <summary>The lab's VPS is a server as one rents it: systemd, sshd, names, and nothing of GostBt.</summary>
[Collection(LabCollection.Name)]
public sealed class VpsTests(LabFixture fixture)
{
    [SkippableTheory]
    [InlineData("root", "id -u", "0")]
    [InlineData("admin", "sudo -n id -u", "0")]
    [InlineData("root", "systemctl is-system-running", "running")]
    [InlineData("root", "nft list ruleset", "")]
    [InlineData("root", "sysctl -n net.ipv4.ip_forward", "0")]
    [InlineData("root", "test -c /dev/net/tun && echo tun", "tun")]
    [InlineData("root", "getent ahostsv4 tracker.lab.test | awk 'NR == 1 { print $1 }'", "198.51.100.26")]
    public async Task Home_logs_in_with_the_key(string user, string command, string output)
    {
        var lab = fixture.Lab;

        var result = await lab.ExecAsync("home", ["ssh", "-F", lab.Facts.SshConfig, $"{user}@vps.lab.test", command]);

        Assert.Equal(output, result.Succeeded().Trim());
    }

    [SkippableFact]
    public async Task A_user_without_sudo_and_a_stranger_get_no_further()
    {
        var lab = fixture.Lab;

        var nosudo = await lab.ExecAsync("home", ["ssh", "-F", lab.Facts.SshConfig, "nosudo@vps.lab.test", "sudo -n id"]);
        var stranger = await lab.ExecAsync("attacker",
        [
            "ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
            "-o", $"UserKnownHostsFile={lab.Facts.SshKnownHosts}", "-i", lab.Facts.SshStrangerKey, "root@vps.lab.test", "id",
        ]);

        Assert.Equal(1, nosudo.ExitCode);
        Assert.Contains("password is required", nosudo.Error, StringComparison.Ordinal);
        Assert.Equal(255, stranger.ExitCode);
        Assert.Contains("Permission denied", stranger.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_reboot_keeps_files_and_loses_what_lives_in_the_kernel()
    {
        await using var lab = await RaiseOwnAsync();
        (await lab.ShAsync("vps", "sysctl -qw net.ipv4.ip_forward=1 && nft add table inet mine && ip tuntap add dev tun9 mode tun && touch /etc/mine"))
            .Succeeded();

        await lab.RebootVpsAsync();

        var after = (await lab.ShAsync("vps", "sysctl -n net.ipv4.ip_forward; nft list ruleset; ip -o link show type tun; ls /etc/mine")).Succeeded();
        Assert.Equal("0\n/etc/mine\n", after);
        (await lab.ExecAsync("home", ["ssh", "-F", lab.Facts.SshConfig, "vps", "true"])).Succeeded();
    }

    [SkippableFact]
    public async Task Exec_passes_input_output_and_exit_code_through()
    {
        var lab = fixture.Lab;

        foreach (var node in new[] { "vps", "home" })
        {
            var result = await lab.ExecAsync(node, ["sh", "-c", "cat; echo oops >&2; exit 7"], input: "a 'b' $c\n");
            Assert.Equal((7, "a 'b' $c\n", "oops\n"), (result.ExitCode, result.Output, result.Error));
        }
    }

    private static async Task<RaisedLab> RaiseOwnAsync()
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        return await RaisedLab.UpAsync(RaisedLab.UniqueName());
    }
}
