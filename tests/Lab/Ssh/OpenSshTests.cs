using System.Diagnostics;
using System.Security.Cryptography;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>The system's ssh against a real sshd: what a stand-in cannot show.</summary>
[Collection(LabCollection.Name)]
public sealed class OpenSshTests(LabFixture fixture)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task An_alias_of_a_configuration_file_is_enough()
    {
        using var home = new Deployment(fixture.Lab);
        using var session = await home.Connector.ConnectAsync(
            new SshOptions { Target = ServerTarget.Parse("vps"), ConfigFile = fixture.Lab.Facts.SshConfig }, CancellationToken.None);

        var result = await session.RunScriptAsync("hostname; id -un", Long, CancellationToken.None);

        // Its host key is in the known_hosts that the configuration names, so nobody had to be asked.
        Assert.Equal("vps\nroot\n", result.Output);
        Assert.Equal(1, session.RoundTrips);
    }

    [SkippableFact]
    public async Task Through_a_jump_host_the_first_contact_and_the_session_take_the_same_way()
    {
        using var home = new Deployment(fixture.Lab);

        // Only the jump host can reach this address: it is its own.
        var options = new SshOptions
        {
            Target = ServerTarget.Parse("admin@127.0.0.1"),
            IdentityFile = fixture.Lab.Facts.SshKey,
            ConfigFile = fixture.Lab.Facts.SshConfig,
            JumpHost = "vps",
            HostKeyFingerprint = fixture.Lab.Facts.SshHostFingerprint,
        };
        using var session = await home.Connector.ConnectAsync(options, CancellationToken.None);

        Assert.Equal("admin\n", (await session.RunScriptAsync("id -un", Long, CancellationToken.None)).Output);
        Assert.Equal(2, session.RoundTrips);
    }

    [SkippableFact]
    public async Task A_jump_host_with_an_unknown_key_fails_at_once_instead_of_asking()
    {
        using var home = new Deployment(fixture.Lab);
        var options = new SshOptions
        {
            Target = ServerTarget.Parse("root@127.0.0.1"),
            IdentityFile = fixture.Lab.Facts.SshKey,
            JumpHost = "root@" + fixture.Lab.Facts.VpsAddress,
            AcceptHostKey = true,
        };
        var watch = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<GostBtException>(() => home.Connector.ConnectAsync(options, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
        Assert.Contains("jump host", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [SkippableFact]
    public async Task Twenty_megabytes_arrive_whole_and_nothing_stays_behind()
    {
        using var home = new Deployment(fixture.Lab);
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        using var session = await home.Connector.ConnectAsync(home.Request().Ssh, CancellationToken.None);

        var result = await session.RunScriptWithFilesAsync(
            [new SshFile("big", () => new MemoryStream(bytes), bytes.Length)], "sha256sum <\"$GOSTBT_FILES/big\"; echo \"$GOSTBT_FILES\"", Long, null, CancellationToken.None);

        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Output, StringComparison.Ordinal);
        var folder = result.Output.Split('\n')[1];
        Assert.StartsWith("/tmp/gostbt.", folder, StringComparison.Ordinal);
        Assert.NotEqual(0, (await fixture.Lab.ShAsync("vps", $"test -e {folder}")).ExitCode);
    }

    [SkippableFact]
    public async Task Cancelling_ends_the_local_ssh_at_once()
    {
        using var home = new Deployment(fixture.Lab);
        using var session = await home.Connector.ConnectAsync(home.Request().Ssh, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var running = session.RunScriptAsync("touch /tmp/gostbt-lab-began; sleep 50", Long, cancel.Token);
        await home.VpsAsync("for i in $(seq 300); do [ -e /tmp/gostbt-lab-began ] && break; sleep 0.1; done; rm /tmp/gostbt-lab-began");
        var watch = Stopwatch.StartNew();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
    }

    [SkippableFact]
    public async Task A_login_shell_that_talks_is_no_obstacle()
    {
        using var home = new Deployment(fixture.Lab);
        await home.VpsAsync("cp -p /home/nosudo/.bashrc /home/nosudo/.bashrc.kept 2>/dev/null; echo 'echo welcome to this server' >/home/nosudo/.bashrc; chown nosudo /home/nosudo/.bashrc");
        try
        {
            using var session = await home.Connector.ConnectAsync(home.Request(user: "nosudo").Ssh with { Target = ServerTarget.Parse("nosudo@" + fixture.Lab.Facts.VpsAddress) }, CancellationToken.None);

            var result = await session.RunScriptAsync("echo mine", Long, CancellationToken.None);

            Assert.EndsWith("mine\n", result.Output, StringComparison.Ordinal);
            Assert.Equal(0, result.ExitCode);
        }
        finally
        {
            await home.VpsAsync("mv -f /home/nosudo/.bashrc.kept /home/nosudo/.bashrc 2>/dev/null || rm -f /home/nosudo/.bashrc");
        }
    }
}
