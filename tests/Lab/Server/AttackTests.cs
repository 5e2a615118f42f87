using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>What a stranger, and what somebody who stole the relay's credentials, gets from a deployed server.</summary>
[Collection(RunningCollection.Name)]
public sealed class AttackTests(RunningFixture fixture)
{
    private const int WitnessPort = 7171;

    [SkippableFact]
    public async Task From_outside_only_ssh_and_the_tunnel_port_answer()
    {
        var facts = fixture.Lab.Facts;
        var listening = (await fixture.Lab.ShAsync("vps", "ss -Hlntu | awk '{ print $1, $5 }' | grep -vE ' (127\\.|\\[::1\\])' | sed 's/ .*:/ /' | sort -u")).Succeeded();
        Assert.Equal("tcp 22\ntcp 8443\n", listening);

        // What the listing says, tried: every low port and those that gost's tutorials use. The published ones lead home, not to the server.
        var open = await fixture.Lab.ExecAsync(
            "attacker",
            [
                "bash", "-c",
                $"for p in $(seq 1 1024) 1080 5522 7080 8080 8421 8422 8443 9090; do (exec 3<>/dev/tcp/{facts.VpsAddress}/$p) 2>/dev/null && echo $p; done; true",
            ],
            deadline: TimeSpan.FromMinutes(3));

        Assert.Equal("22\n8443\n", open.Succeeded());
    }

    [SkippableFact]
    public async Task The_relay_refuses_wrong_and_missing_credentials()
    {
        using var witness = Witness.Start(fixture.Lab, "tracker", WitnessPort);
        await using var wrong = await RelayClient.StartAsync(fixture, 5901, password: "wrong");
        await using var missing = await RelayClient.StartAsync(fixture, 5902, withoutCredentials: true);
        await using var right = await RelayClient.StartAsync(fixture, 5903);

        Assert.NotEmpty(await right.AskAsync(fixture.Lab.Facts.AddressOf("tracker"), WitnessPort));
        Assert.Empty(await wrong.AskAsync(fixture.Lab.Facts.AddressOf("tracker"), WitnessPort));
        Assert.Empty(await missing.AskAsync(fixture.Lab.Facts.AddressOf("tracker"), WitnessPort));
    }

    [SkippableFact]
    public async Task With_the_right_credentials_only_public_addresses_are_reached()
    {
        var facts = fixture.Lab.Facts;
        using var tracker = Witness.Start(fixture.Lab, "tracker", WitnessPort);
        using var provider = Witness.Start(fixture.Lab, "backbone", WitnessPort);
        await using var relay = await RelayClient.StartAsync(fixture, 5911);

        Assert.NotEmpty(await relay.AskAsync(facts.AddressOf("tracker"), WitnessPort));
        Assert.NotEmpty(await relay.AskAsync("tracker4.lab.test", WitnessPort));
        Assert.NotEmpty(await relay.AskAsync(facts.AddressOf("tracker", ipv6: true), WitnessPort));

        // The server itself could: it is the relay and the firewall that do not let it.
        Assert.Contains("SSH-", (await fixture.Lab.ShAsync("vps", "timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/22; head -c 4 <&3'")).Succeeded(), StringComparison.Ordinal);
        (await fixture.Lab.ShAsync("vps", $"timeout 5 bash -c 'exec 3<>/dev/tcp/{facts["METADATA_ADDRESS"]}/{WitnessPort}'")).Succeeded();
        foreach (var (host, port) in new[]
        {
            ("127.0.0.1", 22), ("127.0.0.2", 22), ("localhost", 22), ("vps", 22), ("::1", 22), ("::ffff:127.0.0.1", 22), ("0.0.0.0", 22), (facts.VpsAddress, 22),
            ("192.168.123.1", 22), ("127.0.0.1", 8421),
            (facts["METADATA_ADDRESS"], WitnessPort), (facts["PROVIDER_PRIVATE_ADDRESS"], WitnessPort), ("::ffff:" + facts["METADATA_ADDRESS"], WitnessPort),
        })
        {
            Assert.True((await relay.AskAsync(host, port)).Length == 0, $"{host}:{port} was reached through the relay");
        }
    }

    [SkippableFact]
    public async Task The_firewall_alone_keeps_the_engines_user_from_what_is_private()
    {
        var facts = fixture.Lab.Facts;
        using var tracker = Witness.Start(fixture.Lab, "tracker", WitnessPort);
        using var provider = Witness.Start(fixture.Lab, "backbone", WitnessPort);
        foreach (var (user, host, port, reached) in new[]
        {
            ("root", "127.0.0.1", 22, true), ("root", facts["METADATA_ADDRESS"], WitnessPort, true), ("root", facts["PROVIDER_PRIVATE_ADDRESS"], WitnessPort, true),
            ("gbt-home", facts.AddressOf("tracker"), WitnessPort, true),
            ("gbt-home", "127.0.0.1", 22, false), ("gbt-home", "::1", 22, false), ("gbt-home", facts.VpsAddress, 22, false),
            ("gbt-home", facts["METADATA_ADDRESS"], WitnessPort, false), ("gbt-home", facts["PROVIDER_PRIVATE_ADDRESS"], WitnessPort, false),
        })
        {
            var result = await fixture.Lab.ShAsync(
                "vps", $"setpriv --reuid={user} --regid={user} --clear-groups timeout 5 bash -c 'exec 3<>/dev/tcp/{host}/{port}'");
            Assert.True((result.ExitCode == 0) == reached, $"{user} to {host}:{port}: {result.ExitCode} {result.Error}");
        }
    }

    [SkippableFact]
    public async Task Only_the_relay_may_send_to_the_TUNs_port()
    {
        // Twice: the first datagram may be let out before its refusal is known to the socket.
        const string Send = "timeout 5 bash -c 'exec 3<>/dev/udp/127.0.0.1/8421; printf x >&3 && sleep 0.2 && printf x >&3'";

        Assert.NotEqual(0, (await fixture.Lab.ShAsync("vps", $"setpriv --reuid=nobody --regid=nogroup --clear-groups {Send}")).ExitCode);
        Assert.Equal(0, (await fixture.Lab.ShAsync("vps", $"setpriv --reuid=gbt-home --regid=gbt-home --clear-groups {Send}")).ExitCode);
    }

    [SkippableFact]
    public async Task The_secrets_are_in_no_command_line_and_readable_by_nobody_else()
    {
        var configuration = Path.GetFullPath(Path.Combine(fixture.SecretsFile, "..", ".."));
        var secrets = new GostBt.Profiles.ProfileStore(new GostBt.Profiles.GostBtPaths(configuration, configuration)).LoadSecrets(new GostBt.Model.ProfileName("home"))!;

        var processes = (await fixture.Lab.ShAsync("vps", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; journalctl --no-pager -o cat")).Succeeded();
        Assert.DoesNotContain(secrets.Password, processes, StringComparison.Ordinal);
        foreach (var file in new[] { "engine.yaml", "key.pem", "cert.pem", "firewall.nft", "manifest" })
        {
            var read = await fixture.Lab.ShAsync("vps", $"setpriv --reuid=nobody --regid=nogroup --clear-groups cat /etc/gostbt/home/{file}");
            Assert.NotEqual(0, read.ExitCode);
        }
    }
}
