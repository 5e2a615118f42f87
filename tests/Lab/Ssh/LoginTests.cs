using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Lab.Tests.Tunnel;
using GostBt.Model;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>Every login there is, against real sshds: the one suite that each implementation of <see cref="ISshConnector"/> passes.</summary>
public abstract class LoginTests(LoginFixture fixture) : IDisposable
{
    private const string WhoAmI = "id -un; echo aside >&2; exit 7";

    private readonly List<SshPassword> _passwords = [];
    private Deployment? _home;

    private protected LoginFixture Fixture => fixture;

    private protected Deployment Home => _home ??= new Deployment(fixture.Lab);

    private static TimeSpan Long => TimeSpan.FromSeconds(60);

    [SkippableFact]
    public Task Root_by_key() => IsAsync("root", Options("root"));

    [SkippableFact]
    public Task Sudoer_without_a_password() => IsAsync("root", Options("admin"));

    [SkippableFact]
    public Task Sudoer_with_a_password() => IsAsync("root", Options("worker") with { SudoPassword = Secret(LoginFixture.WorkerPassword) });

    [SkippableTheory]
    [InlineData("root")]
    [InlineData("admin")]
    [InlineData("worker")]
    public async Task The_port_that_ssh_came_in_on_is_known_to_root(string user)
    {
        using var session = await ConnectAsync(Options(user) with { SudoPassword = Secret(LoginFixture.WorkerPassword) }, CancellationToken.None);

        Assert.Equal("22\n", (await session.RunScriptAsync(RootScript.Wrap("echo \"${SSH_CONNECTION##* }\""), Long, CancellationToken.None)).Output);
    }

    [SkippableFact]
    public Task Root_by_password() => IsAsync("root", ByPassword("root", LoginFixture.RootPassword));

    [SkippableFact]
    public Task Root_by_keyboard_interactive() =>
        IsAsync("root", ByPassword("root", LoginFixture.RootPassword, LoginFixture.InteractivePort));

    [SkippableFact]
    public Task Sudoer_by_password_which_is_sudos_too() => IsAsync("root", ByPassword("worker", LoginFixture.WorkerPassword));

    [SkippableFact]
    public Task Key_with_a_passphrase() => IsAsync("root", Options("root", key: fixture.ProtectedKey) with { KeyPassphrase = Secret(LoginFixture.Passphrase) });

    [SkippableFact]
    public Task Key_with_a_passphrase_and_sudo_with_a_password() => IsAsync("root", Options("worker", key: fixture.ProtectedKey) with
    {
        KeyPassphrase = Secret(LoginFixture.Passphrase),
        SudoPassword = Secret(LoginFixture.WorkerPassword),
    });

    [SkippableFact]
    public Task Over_IPv6() => IsAsync("root", ByPassword("root", LoginFixture.RootPassword, host: fixture.Lab.Facts.VpsAddress6));

    [SkippableFact]
    public async Task Through_a_jump_host()
    {
        // Only the jump host can reach this address: it is its own.
        var options = Options("admin") with { Target = new ServerTarget("127.0.0.1", "admin"), HostKeyFingerprint = fixture.Lab.Facts.SshHostFingerprint };
        using var jumped = await ConnectAsync(await ThroughTheVpsAsync(options), CancellationToken.None);

        Assert.Equal("root\n", (await jumped.RunScriptAsync(RootScript.Wrap(WhoAmI), Long, CancellationToken.None)).Output);
    }

    [SkippableFact]
    public async Task Through_a_jump_host_the_password_is_for_the_target_alone()
    {
        var options = ByPassword("worker", LoginFixture.WorkerPassword) with
        {
            Target = new ServerTarget("127.0.0.1", "worker", LoginFixture.PasswordPort),
            IdentityFile = fixture.ProtectedKey,
            KeyPassphrase = Secret(LoginFixture.Passphrase),
            HostKeyFingerprint = fixture.Lab.Facts.SshHostFingerprint,
        };
        await fixture.VpsAsync("mv /home/worker/.ssh /home/worker/no-ssh");
        try
        {
            using var jumped = await ConnectAsync(await ThroughTheVpsAsync(options), CancellationToken.None);
            Assert.Equal("root\n", (await jumped.RunScriptAsync(RootScript.Wrap(WhoAmI), Long, CancellationToken.None)).Output);
        }
        finally
        {
            await fixture.VpsAsync("mv /home/worker/no-ssh /home/worker/.ssh");
        }
    }

    [SkippableFact]
    public async Task A_jump_host_with_an_unknown_key_fails_at_once()
    {
        var watch = Stopwatch.StartNew();

        var error = await FailsAsync(Options("admin") with
        {
            Target = new ServerTarget("127.0.0.1", "admin"),
            JumpHost = TargetOf("root", fixture.Lab.Facts.VpsAddress, 22).ToString(),
        });

        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
        Assert.Contains("jump host", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [SkippableFact]
    public async Task A_wrong_password_is_tried_once_and_said()
    {
        var since = await MarkAsync();
        var watch = Stopwatch.StartNew();

        var error = await FailsAsync(ByPassword("root", "not " + LoginFixture.RootPassword));

        Assert.Equal(GostBtFailure.AuthenticationFailed, error.Failure);
        Assert.Contains("refused the password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(LoginFixture.RootPassword, error.ToString(), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
        Assert.Equal("1", await fixture.VpsAsync($"journalctl -q --no-pager --after-cursor='{since}' | grep -c 'authentication failure' || true").ContinueWith(t => t.Result.Trim(), TaskScheduler.Default));
    }

    [SkippableFact]
    public async Task A_server_that_takes_no_password_says_so()
    {
        // root at the sshd that every VPS has: keys only.
        var error = await FailsAsync(Options("root") with { Password = Secret(LoginFixture.RootPassword), IdentityFile = null });

        Assert.Equal(GostBtFailure.AuthenticationFailed, error.Failure);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_wrong_passphrase_is_said()
    {
        var error = await FailsAsync(Options("root", key: fixture.ProtectedKey) with { KeyPassphrase = Secret("not this one") });

        Assert.Equal(GostBtFailure.AuthenticationFailed, error.Failure);
        Assert.Contains("passphrase", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_key_with_a_passphrase_that_is_not_given_is_said()
    {
        var error = await FailsAsync(Options("root", key: fixture.ProtectedKey));

        Assert.Equal(GostBtFailure.AuthenticationFailed, error.Failure);
        Assert.Contains("-KeyPassphrase", error.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_key_the_server_does_not_know_is_said()
    {
        var error = await FailsAsync(Options("root", key: fixture.Lab.Facts.SshStrangerKey));

        Assert.Equal(GostBtFailure.AuthenticationFailed, error.Failure);
        Assert.Contains("none of the keys", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_wrong_password_for_sudo_is_tried_once_and_said()
    {
        var since = await MarkAsync();

        var error = await FailsAsync(Options("worker") with { SudoPassword = Secret("not this one") });

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
        Assert.Contains("sudo refused the password", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 incorrect password attempt", await fixture.VpsAsync($"journalctl -q --no-pager --after-cursor='{since}' -t sudo"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_sudo_that_asks_and_is_told_nothing_is_said()
    {
        var error = await FailsAsync(Options("worker"));

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
        Assert.Contains("-SudoPassword", error.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_user_who_may_not_sudo_is_said()
    {
        var error = await FailsAsync(ByPassword("nosudo", LoginFixture.WorkerPassword));

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
        Assert.Contains("may not use sudo", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("'single' \"double\" `back`")]
    [InlineData("$HOME $(touch /tmp/owned) ${IFS}")]
    [InlineData("-S -n --help")]
    [InlineData("back\\slash\\n %s %d \\0")]
    [InlineData("  blanks around  ")]
    [InlineData("a!b#c;d|e&f>g<h*i?j[k]~")]
    [InlineData("\u043f\u0430\u0440\u043e\u043b\u044c \u0401 \u5bc6\u7801 \U0001f600")]
    public async Task Any_password_is_taken_literally_by_ssh_and_by_sudo(string password)
    {
        await fixture.SetPasswordAsync("worker", password);
        try
        {
            await IsAsync("root", ByPassword("worker", password));
        }
        finally
        {
            await fixture.SetPasswordAsync("worker", LoginFixture.WorkerPassword);
        }
    }

    [SkippableFact]
    public async Task The_script_sees_nothing_of_the_password_for_sudo()
    {
        using var session = await ConnectAsync(Options("worker") with { SudoPassword = Secret(LoginFixture.WorkerPassword) }, CancellationToken.None);

        var result = await session.RunScriptWithFilesAsync(
            [new SshFile("a", () => new MemoryStream([65]), 1)],
            RootScript.Wrap("cat; set; env; cat /proc/$$/cmdline /proc/$PPID/cmdline /proc/$PPID/environ; grep -rs worker-files \"$GOSTBT_FILES\"; cat \"$GOSTBT_FILES/a\""),
            Long,
            null,
            CancellationToken.None);

        Assert.EndsWith("A", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(LoginFixture.WorkerPassword, result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("worker 5b", result.Output + result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_host_seen_for_the_first_time_is_asked_about_and_then_known()
    {
        var options = ByPassword("root", LoginFixture.RootPassword) with { AcceptHostKey = false };
        var asked = new List<HostKeyQuestion>();

        var error = await Assert.ThrowsAsync<GostBtException>(() => ConnectAsync(options, CancellationToken.None));
        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
        Assert.Contains(fixture.Lab.Facts.SshHostFingerprint, error.Message, StringComparison.Ordinal);

        using (var session = await ConnectAsync(
            options with
            {
                ConfirmHostKey = (question, _) =>
                {
                    asked.Add(question);
                    return Task.FromResult(true);
                },
            },
            CancellationToken.None))
        {
            Assert.Equal(("ED25519", fixture.Lab.Facts.SshHostFingerprint), (Assert.Single(asked).KeyType, asked[0].Fingerprint));
            Assert.Equal(1, session.RoundTrips);
        }

        using var again = await ConnectAsync(options, CancellationToken.None);
        Assert.Equal(0, again.RoundTrips);
        Assert.Equal("root\n", (await again.RunScriptAsync(WhoAmI, Long, CancellationToken.None)).Output);
        Assert.Equal(1, again.RoundTrips);
    }

    [SkippableFact]
    public async Task A_changed_host_key_gets_no_password()
    {
        var options = ByPassword("root", LoginFixture.RootPassword);
        (await ConnectAsync(options, CancellationToken.None)).Dispose();
        var known = await File.ReadAllTextAsync(Home.Paths.KnownHosts);
        var other = (await Command.RunAsync(
            "sh", ["-c", $"ssh-keygen -q -t ed25519 -N '' -f '{Home.Paths.KnownHosts}.key' && cut -d ' ' -f 2 '{Home.Paths.KnownHosts}.key.pub'"], null, Long)).Succeeded().Trim();
        var line = known.Trim().Split(' ');
        await File.WriteAllTextAsync(Home.Paths.KnownHosts, $"{line[0]} {line[1]} {other}\n");
        var since = await MarkAsync();

        var error = await FailsAsync(options);

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
        Assert.DoesNotContain("Accepted", await fixture.VpsAsync($"journalctl -q --no-pager --after-cursor='{since}'"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_fingerprint_that_does_not_match_keeps_out()
    {
        var error = await FailsAsync(ByPassword("root", LoginFixture.RootPassword) with { HostKeyFingerprint = "SHA256:" + new string('A', 43) });

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
    }

    [SkippableFact]
    public async Task Nobody_at_that_port_is_said()
    {
        var error = await FailsAsync(ByPassword("root", LoginFixture.RootPassword, port: 2299));

        Assert.Equal(GostBtFailure.HostUnreachable, error.Failure);
    }

    [SkippableFact]
    public async Task Twenty_megabytes_arrive_whole_through_sudo_and_nothing_stays_behind()
    {
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        var told = 0L;
        using var session = await ConnectAsync(ByPassword("worker", LoginFixture.WorkerPassword), CancellationToken.None);

        var result = await session.RunScriptWithFilesAsync(
            [new SshFile("big", () => new MemoryStream(bytes), bytes.Length)],
            RootScript.Wrap("sha256sum <\"$GOSTBT_FILES/big\"; echo \"$GOSTBT_FILES\""),
            Long,
            new Sent(count => told = count),
            CancellationToken.None);

        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Output, StringComparison.Ordinal);
        Assert.True(told >= bytes.Length, $"heard of {told.ToString(CultureInfo.InvariantCulture)} bytes");
        Assert.Equal(string.Empty, await fixture.VpsAsync($"ls -d {result.Output.Split('\n')[1]} 2>/dev/null || true"));
    }

    [SkippableTheory]
    [InlineData("root", LoginFixture.RootPassword)]
    [InlineData("worker", LoginFixture.WorkerPassword)]
    public async Task A_server_is_deployed_and_removed_by_a_password_that_shows_nowhere(string user, string password)
    {
        var before = await VpsSnapshot.TakeAsync(fixture.Lab);
        var options = ByPassword(user, password);
        var request = Home.Request() with { Target = options.Target, Ssh = options, PublicAddress = fixture.Lab.Facts.VpsAddress };
        var servers = new ServerProvisioner(
            Connector, Home.Profiles, new HostBinaries(), Home, new TunnelEndpointProbe(() => NodeSocket.Create(fixture.Lab, "home", SocketType.Stream, AddressFamily.InterNetwork)));
        var watch = SecretWatch.Start([Path.GetDirectoryName(Home.Paths.KnownHosts)!, $"/proc/{await fixture.VpsPidAsync()}/root/tmp"], password);
        await using (watch)
        {
            var deployed = await servers.ApplyAsync(await servers.PlanAsync(request, CancellationToken.None), CancellationToken.None);
            Assert.True(deployed.Changed);
            Assert.Equal("Running", deployed.State);
            Assert.InRange(deployed.RoundTrips, 1, 6);
            var again = await servers.ApplyAsync(await servers.PlanAsync(request, CancellationToken.None), CancellationToken.None);
            Assert.False(again.Changed);
            Assert.InRange(again.RoundTrips, 1, 2);
            var profile = Home.Profiles.Load(request.Name);
            await servers.RemoveAsync(await servers.PlanRemovalAsync(profile, options, CancellationToken.None), CancellationToken.None);
            await UntilSeenAsync(watch, options, "sshd", user == "root" ? "sh" : "sudo");
        }

        Assert.Empty(watch.Found);
        Assert.DoesNotContain(Home.Verbose, line => line.Contains(password, StringComparison.Ordinal));
        Assert.Equal(string.Empty, (await fixture.Lab.ExecAsync("vps", ["grep", "-rlsF", "-f", "-", "/tmp", "/etc", "/var", "/root", "/home", "/run/log", "/usr/local"], password)).Output);
        await VpsSnapshot.IsStillAsync(before, fixture.Lab);
    }

    [SkippableFact]
    public async Task Cancelling_ends_it_at_once()
    {
        using var session = await ConnectAsync(ByPassword("root", LoginFixture.RootPassword), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var running = session.RunScriptAsync("touch /tmp/gostbt-lab-began; sleep 50", Long, cancel.Token);
        await fixture.VpsAsync("for i in $(seq 300); do [ -e /tmp/gostbt-lab-began ] && break; sleep 0.1; done; rm /tmp/gostbt-lab-began");
        var watch = Stopwatch.StartNew();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
    }

    [SkippableFact]
    public async Task A_deadline_that_passes_is_a_timeout()
    {
        using var session = await ConnectAsync(Options("root"), CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => session.RunScriptAsync("sleep 30", TimeSpan.FromSeconds(2), CancellationToken.None));

        Assert.Equal(GostBtFailure.Timeout, error.Failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _passwords.ForEach(password => password.Dispose());
        _home?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where the implementation under test is told to connect to reach a port of the VPS.</summary>
    private protected abstract ServerTarget TargetOf(string user, string host, int port);

    /// <summary>The options with the VPS itself as a jump host whose key is known.</summary>
    private protected abstract Task<SshOptions> ThroughTheVpsAsync(SshOptions options);

    /// <summary>The implementation under test.</summary>
    private protected abstract ISshConnector Connector { get; }

    private protected Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken) => Connector.ConnectAsync(options, cancellationToken);

    private protected SshPassword Secret(string text)
    {
        var password = SshPassword.From(text);
        _passwords.Add(password);
        return password;
    }

    private protected SshOptions Options(string user, int port = 22, string? host = null, string? key = null) => new()
    {
        Target = TargetOf(user, host ?? fixture.Lab.Facts.VpsAddress, port),
        IdentityFile = key ?? fixture.Lab.Facts.SshKey,
        AcceptHostKey = true,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    private protected SshOptions ByPassword(string user, string password, int port = LoginFixture.PasswordPort, string? host = null) =>
        Options(user, port, host) with { IdentityFile = null, Password = Secret(password) };

    private async Task IsAsync(string user, SshOptions options)
    {
        using var session = await ConnectAsync(options, CancellationToken.None);

        var result = await session.RunScriptAsync(RootScript.Wrap(WhoAmI), Long, CancellationToken.None);

        Assert.Equal(new SshResult(7, user + "\n", "aside\n"), result);
        Assert.Equal(2, session.RoundTrips);
    }

    private async Task<GostBtException> FailsAsync(SshOptions options) => await Assert.ThrowsAsync<GostBtException>(async () =>
    {
        using var session = await ConnectAsync(options, CancellationToken.None);
        RootScript.RequireRoot(await session.RunScriptAsync(RootScript.Wrap(WhoAmI), Long, CancellationToken.None), options.Target);
    });

    /// <summary>That the watch looks where the password goes: it sees the programs of a login that stays until it has.</summary>
    private async Task UntilSeenAsync(SecretWatch watch, SshOptions options, params string[] programs)
    {
        using var session = await ConnectAsync(options, CancellationToken.None);
        using var seen = new CancellationTokenSource();
        var staying = session.RunScriptAsync(RootScript.Wrap("sleep 60"), Long, seen.Token);
        await TunnelFixture.EventuallyAsync(() => Task.FromResult(watch.Seen.IsSupersetOf(programs)), TimeSpan.FromSeconds(50), $"{string.Join(" and ", programs)} seen by the watch");
        await seen.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staying);
    }

    private async Task<string> MarkAsync() =>
        (await fixture.VpsAsync("journalctl -q --no-pager -n 0 --show-cursor")).Replace("-- cursor: ", string.Empty, StringComparison.Ordinal).Trim();

    private sealed class Sent(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
