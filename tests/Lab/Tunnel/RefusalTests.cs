using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A tunnel that cannot come up: the error says which step failed, why, and what to do, and nothing stays behind.</summary>
[Collection(TunnelCollection.Name)]
public sealed class RefusalTests(TunnelFixture fixture)
{
    [SkippableFact]
    public async Task A_wrong_password()
    {
        var secrets = await File.ReadAllTextAsync(Secrets);
        await WithSecretsAsync(
            string.Join('\n', secrets.Split('\n').Select(line => line.StartsWith("password:", StringComparison.Ordinal) ? "password: wrong-password" : line)),
            "refused the user and password");
    }

    [SkippableFact]
    public async Task Another_certificate_than_the_pinned_one()
    {
        _ = fixture.Lab;
        var folder = Directory.CreateTempSubdirectory("gostbt-cert-").FullName;
        (await Command.RunAsync(PublishedHost.Path, ["certificate", "--cert", $"{folder}/c", "--key", $"{folder}/k"], input: null, TimeSpan.FromSeconds(10))).Succeeded();
        var head = (await File.ReadAllTextAsync(Secrets)).Split("certificate:")[0];
        var lines = (await File.ReadAllLinesAsync($"{folder}/c")).Select(line => "  " + line + "\n");
        Directory.Delete(folder, recursive: true);

        await WithSecretsAsync(head + "certificate: |\n" + string.Concat(lines), "key is not the pinned one");
    }

    [SkippableFact]
    public async Task A_server_whose_engine_is_stopped()
    {
        (await fixture.Lab.ShAsync("vps", "systemctl stop gostbt@home")).Succeeded();
        try
        {
            var start = await fixture.GostBtAsync("start", "home", "--timeout", "15");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains("waiting for 192.168.123.1 to answer", start.Error, StringComparison.Ordinal);
            Assert.Contains("nothing listens on the server's tunnel port", start.Error, StringComparison.Ordinal);
            await fixture.AssertNothingLeftAsync();
        }
        finally
        {
            (await fixture.Lab.ShAsync("vps", "systemctl start gostbt@home")).Succeeded();
        }
    }

    [SkippableFact]
    public async Task A_device_of_that_name_that_somebody_else_made()
    {
        (await fixture.Lab.ShAsync("home", "ip tuntap add dev gost_tun mode tun")).Succeeded();
        try
        {
            var start = await fixture.GostBtAsync("start", "home");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains("already a network device 'gost_tun'", start.Error, StringComparison.Ordinal);
            (await fixture.Lab.ShAsync("home", "ip link show gost_tun")).Succeeded();
        }
        finally
        {
            (await fixture.Lab.ShAsync("home", "ip tuntap del dev gost_tun mode tun")).Succeeded();
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_proxy_port_that_is_taken()
    {
        using (Witness.Start(fixture.Lab, "home", 5522))
        {
            var start = await fixture.GostBtAsync("start", "home");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains("Port 5522 is already in use", start.Error, StringComparison.Ordinal);
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableTheory]
    [InlineData("mtu: 1420", "mtu: plenty", "'tunnel.mtu' must be a whole number")]
    [InlineData("engine: auto", "engnie: auto", "unknown key 'engnie'")]
    [InlineData("interface: gost_tun", "interface: '../eth0; reboot'", "is not an interface name")]
    [InlineData("version: 1", "{", "home.yaml, line ")]
    public async Task A_stored_profile_edited_into_nonsense_which_a_running_tunnel_does_not_notice(string from, string to, string expected)
    {
        await fixture.StartAsync();
        var good = await File.ReadAllTextAsync(fixture.Profile);
        Assert.Contains(from, good, StringComparison.Ordinal);
        await File.WriteAllTextAsync(fixture.Profile, good.Replace(from, to, StringComparison.Ordinal));
        try
        {
            foreach (var command in new[] { "start", "restart" })
            {
                var refused = await fixture.GostBtAsync(command, "home");
                Assert.NotEqual(0, refused.ExitCode);
                Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
            }

            await TunnelFixture.EventuallyAsync(fixture.AnswersAsync, TimeSpan.FromSeconds(20), "the tunnel carries");
        }
        finally
        {
            await File.WriteAllTextAsync(fixture.Profile, good);
        }

        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_state_folder_that_cannot_be_written()
    {
        _ = fixture.Lab;
        var state = Path.GetDirectoryName(fixture.State)!;
        (await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "ro,size=1m,mode=700", "gostbt-refusal", state], input: null, TimeSpan.FromSeconds(10))).Succeeded();
        try
        {
            var start = await fixture.GostBtAsync("start", "home", "--timeout", "10");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains("Read-only file system", start.Error, StringComparison.Ordinal);
            Assert.Contains("Check the path, its permissions and the free space", start.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", start.Error, StringComparison.Ordinal);
        }
        finally
        {
            await TunnelFixture.MachineAsync($"umount -l '{state}'");
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_user_without_the_right_to_make_devices()
    {
        var lab = fixture.Lab;
        var start = await lab.ExecAsync(
            "home",
            ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", "env", $"GOSTBT_HOME={Path.GetDirectoryName(fixture.UserFile)}", PublishedHost.Path, "start", "home"]);

        Assert.Equal(1, start.ExitCode);
        Assert.Contains("takes root", start.Error, StringComparison.Ordinal);
        await fixture.AssertNothingLeftAsync();
    }

    private string Secrets
    {
        get
        {
            _ = fixture.Lab;
            return fixture.Secrets;
        }
    }

    private async Task WithSecretsAsync(string secrets, string expected)
    {
        var good = await File.ReadAllTextAsync(Secrets);
        await File.WriteAllTextAsync(Secrets, secrets);
        try
        {
            var start = await fixture.GostBtAsync("start", "home");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains(expected, start.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", start.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-password", start.Error, StringComparison.Ordinal);
            Assert.Equal("Failed", (await fixture.StatusAsync()).GetProperty("state").GetString());
            await fixture.AssertNothingLeftAsync();
        }
        finally
        {
            await File.WriteAllTextAsync(Secrets, good);
        }
    }
}
