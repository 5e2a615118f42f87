using GostBt.Model;
using GostBt.Processes;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class HostKeyTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly SshOptions Options = new() { Target = ServerTarget.Parse("root@vps.example.net") };

    [Fact]
    public async Task A_host_seen_for_the_first_time_is_refused_with_its_fingerprint_when_nobody_can_be_asked()
    {
        var key = await NewKey();
        using var ssh = Showing(key);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ssh.Connector.ConnectAsync(Options, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
        Assert.Contains(key.Fingerprint, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(ssh.Paths.KnownHosts));
    }

    [Fact]
    public async Task The_question_shows_the_fingerprint_and_a_yes_is_remembered()
    {
        var key = await NewKey();
        using var ssh = Showing(key);
        HostKeyQuestion? asked = null;
        using var session = await ssh.Connector.ConnectAsync(
            Options with
            {
                ConfirmHostKey = (question, _) =>
                {
                    asked = question;
                    return Task.FromResult(true);
                },
            },
            CancellationToken.None);

        Assert.Equal(new HostKeyQuestion("vps.example.net", "ED25519", key.Fingerprint), asked);
        Assert.Equal(1, session.RoundTrips);
        using var again = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);
        Assert.Equal(0, again.RoundTrips);
    }

    [Fact]
    public async Task A_no_is_a_no()
    {
        var key = await NewKey();
        using var ssh = Showing(key);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ssh.Connector.ConnectAsync(
            Options with { ConfirmHostKey = (_, _) => Task.FromResult(false) }, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyUnknown, error.Failure);
    }

    [Fact]
    public async Task The_first_contact_logs_in_nowhere()
    {
        using var ssh = Showing(await NewKey());
        using var session = await ssh.Connector.ConnectAsync(Options with { AcceptHostKey = true }, CancellationToken.None);

        Assert.Contains("\nPreferredAuthentications=none\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("\nPubkeyAuthentication=no\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("StrictHostKeyChecking=no\n", ssh.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_fingerprint_that_matches_is_enough()
    {
        var key = await NewKey();
        using var ssh = Showing(key);
        using var session = await ssh.Connector.ConnectAsync(Options with { HostKeyFingerprint = key.Fingerprint }, CancellationToken.None);
        await session.RunScriptAsync("exit 0", Long, CancellationToken.None);

        // From here on only that key counts, whatever other files say.
        Assert.Contains("\nGlobalKnownHostsFile=none\n", ssh.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_fingerprint_that_does_not_match_is_refused_even_when_any_key_would_be_accepted()
    {
        var key = await NewKey();
        var other = await NewKey();
        using var ssh = Showing(key);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ssh.Connector.ConnectAsync(
            Options with { HostKeyFingerprint = other.Fingerprint, AcceptHostKey = true }, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
        Assert.False(File.Exists(ssh.Paths.KnownHosts));
    }

    [Fact]
    public async Task A_fingerprint_that_contradicts_the_known_key_is_refused()
    {
        var known = await NewKey();
        var shown = await NewKey();
        using var ssh = Showing(shown, known.Line);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ssh.Connector.ConnectAsync(
            Options with { HostKeyFingerprint = shown.Fingerprint, AcceptHostKey = true }, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
        Assert.Contains("ssh-keygen -R", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_key_is_no_first_contact_where_the_known_one_is_in_a_folder_with_a_space()
    {
        var known = await NewKey();
        var shown = await NewKey();
        using var ssh = Showing(shown, known.Line, "my keys");
        using var session = await ssh.Connector.ConnectAsync(Options with { AcceptHostKey = true }, CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => session.RunScriptAsync("exit 0", Long, CancellationToken.None));

        Assert.Equal(GostBtFailure.HostKeyChanged, error.Failure);
        Assert.False(File.Exists(ssh.Paths.KnownHosts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_not_to_be_kept_is_trusted_for_one_session(bool byFingerprint)
    {
        var key = await NewKey();
        using var ssh = Showing(key);
        var options = byFingerprint ? Options with { HostKeyFingerprint = key.Fingerprint } : Options with { AcceptHostKey = true };
        using var session = await ssh.Connector.ConnectAsync(options with { RememberHostKey = false }, CancellationToken.None);

        Assert.Equal(0, (await session.RunScriptAsync("exit 0", Long, CancellationToken.None)).ExitCode);
        Assert.False(Directory.Exists(ssh.Paths.Configuration));
    }

    [SkippableFact]
    public async Task The_folder_that_a_first_contact_makes_is_the_owner_s_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var ssh = Showing(await NewKey());
        using var session = await ssh.Connector.ConnectAsync(Options with { AcceptHostKey = true }, CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(ssh.Paths.Configuration));
    }

    [Theory]
    [InlineData("/home/John Doe", "/home/John Doe/.ssh/a /home/John Doe/.ssh/b", "/home/John Doe/.ssh/a", "/home/John Doe/.ssh/b")]
    [InlineData("/home/me", "~/.ssh/a /home/me/b", "/home/me/.ssh/a", "/home/me/b")]
    [InlineData("/home/me", "/mnt/home/me/a /home/me2/b", "/mnt/home/me/a", "/home/me2/b")]
    [InlineData(@"C:\Users\John Doe", @"c:\users\john doe/.ssh/a C:/Users/John Doe/b", @"C:\Users\John Doe/.ssh/a", @"C:\Users\John Doe/b")]
    [InlineData(@"C:\Users\me", @"D:\a __PROGRAMDATA__\ssh/b", @"D:\a", @"__PROGRAMDATA__\ssh/b")]
    public void Files_that_ssh_names_without_quotes_are_told_apart(string home, string printed, string first, string second) =>
        Assert.Equal([first, second], SshClientSettings.Parse("userknownhostsfile " + printed, home).UserKnownHosts);

    [Fact]
    public void A_file_outside_of_the_home_may_have_spaces_in_its_name()
    {
        using var ssh = new FakeSsh(knownFolder: "my own  keys");
        var file = Path.Combine(ssh.Folder, "my own  keys", "known_hosts");

        var settings = SshClientSettings.Parse($"globalknownhostsfile /none {file} /home/me/b", "/home/me");

        Assert.Equal(["/none", file, "/home/me/b"], settings.GlobalKnownHosts);
    }

    [Fact]
    public void Lines_without_a_key_are_passed_over()
    {
        var keys = HostKey.ParseLines("# Host found: line 1\n\nbad\nhost ssh-ed25519 ###\n@revoked host ssh-rsa AAAA\n");

        Assert.Equal("ssh-rsa", Assert.Single(keys).Algorithm);
    }

    [Theory]
    [InlineData("hostname VPS.example.net\nport 22\n", "vps.example.net")]
    [InlineData("hostname vps\nport 2222\n", "[vps]:2222")]
    [InlineData("hostname 10.0.0.1\nport 22\nhostkeyalias box\n", "box")]
    public void Keys_are_looked_up_as_ssh_does(string settings, string name) =>
        Assert.Equal(name, SshClientSettings.Parse(settings, "/home/me").KnownHostsName);

    /// <summary>Like a host: at first contact ssh writes its key to the file that it was told; later it looks it up in those that it was told.</summary>
    private static FakeSsh Showing(HostKey key, string known = "", string knownFolder = "") => new(
        $$"""
        for argument do
            case $argument in
                UserKnownHostsFile=*)
                    file=${argument#*=\"}
                    case " $* " in *PreferredAuthentications=none*) echo '{{key.Line}}' >"${file%\"}"; echo 'Permission denied (publickey).' >&2; exit 255 ;; esac
                    eval "set -- ${argument#*=}"
                    cat "$@" 2>/dev/null | grep -qxF '{{key.Line}}' || { echo 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!' >&2; exit 255; }
                    ;;
            esac
        done
        """,
        known + "\n",
        knownFolder);

    private static async Task<HostKey> NewKey()
    {
        var folder = Directory.CreateTempSubdirectory("gostbt-test-").FullName;
        try
        {
            var file = Path.Combine(folder, "key");
            var made = await ProcessRunner.RunAsync(
                new ProcessCommand("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]) { Deadline = Long }, CancellationToken.None);
            Assert.Equal(0, made.ExitCode);
            return Assert.Single(HostKey.ParseLines("vps.example.net " + await File.ReadAllTextAsync(file + ".pub")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
