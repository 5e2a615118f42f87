using System.Text;
using GostBt.Model;
using GostBt.Ssh;
using GostBt.Tunnel;
using NSubstitute;

namespace GostBt.Core.Tests.Ssh;

public sealed class SshConnectorsTests : IDisposable
{
    private const string Known = "vps.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==\n";

    private readonly SshPassword _password = SshPassword.From("hunter2");
    private readonly ISshConnector _sshNet = Substitute.For<ISshConnector>();
    private readonly string _askpass = Path.GetTempFileName();

    private SshOptions ByKey { get; } = new() { Target = ServerTarget.Parse("root@vps.example.net") };

    private SshOptions ByPassword => ByKey with { Password = _password };

    [Theory]
    [InlineData("OpenSSH_8.4p1 Debian-5+deb11u3, OpenSSL 1.1.1w")]
    [InlineData("OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2")]
    [InlineData("OpenSSH_10.0p2")]
    public async Task An_ssh_that_can_be_told_a_password_is_used(string version)
    {
        using var ssh = Saying(version);
        using var session = await Connectors(ssh).ConnectAsync(ByPassword, CancellationToken.None);

        Assert.IsType<OpenSshSession>(session);
    }

    [Theory]
    [InlineData("OpenSSH_8.3p1")]
    [InlineData("OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2")]
    [InlineData("OpenSSH_7.4p1, OpenSSL 1.0.2k-fips")]
    public async Task One_that_is_too_old_for_it_leaves_it_to_SshNet_and_serves_keys_as_ever(string version)
    {
        using var ssh = Saying(version);
        await Connectors(ssh).ConnectAsync(ByPassword, CancellationToken.None);
        using var session = await Connectors(ssh).ConnectAsync(ByKey, CancellationToken.None);

        await _sshNet.Received(1).ConnectAsync(ByPassword, Arg.Any<CancellationToken>());
        Assert.IsType<OpenSshSession>(session);
        Assert.DoesNotContain("BatchMode=no", ssh.Arguments, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxyjump jump.example.net")]
    [InlineData("proxycommand nc jump.example.net 22")]
    public async Task One_that_does_not_say_who_asks_is_told_nothing_through_a_jump_host(string settings)
    {
        using var ssh = Saying("OpenSSH_8.4p1 Debian-5+deb11u3, OpenSSL 1.1.1w", settings + "\\n");
        using var passphrase = SshPassword.From("of the key");
        var through = ByPassword with { JumpHost = "jump.example.net" };
        await Connectors(ssh).ConnectAsync(through, CancellationToken.None);
        await Connectors(ssh).ConnectAsync(ByKey with { JumpHost = through.JumpHost, KeyPassphrase = passphrase }, CancellationToken.None);
        using var session = await Connectors(ssh).ConnectAsync(ByKey, CancellationToken.None);
        var error = await Assert.ThrowsAsync<GostBtException>(() => Connectors(ssh, withSshNet: false).ConnectAsync(through, CancellationToken.None));

        // One that only ssh's own configuration names is beyond SSH.NET.
        var beyond = await Assert.ThrowsAsync<GostBtException>(() => Connectors(ssh).ConnectAsync(ByPassword, CancellationToken.None));

        await _sshNet.Received(2).ConnectAsync(Arg.Any<SshOptions>(), Arg.Any<CancellationToken>());
        Assert.IsType<OpenSshSession>(session);
        Assert.Equal((GostBtFailure.SshMissing, GostBtFailure.UnsupportedSystem), (error.Failure, beyond.Failure));
        Assert.Contains("8.5", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("8.5", beyond.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_says_who_asks_is_told_the_password_through_a_jump_host()
    {
        using var ssh = Saying("OpenSSH_8.5p1", "proxyjump jump.example.net\\n");
        using var session = await Connectors(ssh).ConnectAsync(ByPassword, CancellationToken.None);

        Assert.IsType<OpenSshSession>(session);
    }

    [Fact]
    public async Task Without_SshNet_the_error_says_which_version_it_takes()
    {
        using var ssh = Saying("OpenSSH_8.1p1");

        var error = await Assert.ThrowsAsync<GostBtException>(() => Connectors(ssh, withSshNet: false).ConnectAsync(ByPassword, CancellationToken.None));

        Assert.Equal(GostBtFailure.SshMissing, error.Failure);
        Assert.Contains("8.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("8.4", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_ssh_client_SshNet_serves_but_not_what_only_OpenSSH_reads()
    {
        using var ssh = Saying("OpenSSH_9.2p1");
        var missing = new SshConnectors(new OpenSshConnector(ssh.Paths, ssh, "gostbt-no-such-ssh", host: Host()), _sshNet, ssh);
        await missing.ConnectAsync(ByKey, CancellationToken.None);
        await missing.ConnectAsync(ByPassword, CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => missing.ConnectAsync(ByKey with { ConfigFile = _askpass }, CancellationToken.None));

        Assert.Equal(GostBtFailure.SshMissing, error.Failure);
        await _sshNet.Received(2).ConnectAsync(Arg.Any<SshOptions>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Without_gostbt_to_tell_ssh_the_password_it_is_left_to_SshNet_or_said()
    {
        using var ssh = Saying("OpenSSH_9.2p1");
        var nowhere = new HostBinaries(_ => null, null, null);
        await new SshConnectors(new OpenSshConnector(ssh.Paths, ssh, ssh.Program, host: nowhere), _sshNet, ssh).ConnectAsync(ByPassword, CancellationToken.None);
        await _sshNet.Received(1).ConnectAsync(ByPassword, Arg.Any<CancellationToken>());

        var error = await Assert.ThrowsAsync<GostBtException>(
            () => new SshConnectors(new OpenSshConnector(ssh.Paths, ssh, ssh.Program, host: nowhere), null, ssh).ConnectAsync(ByPassword, CancellationToken.None));

        Assert.Contains("gostbt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ssh_is_told_to_ask_gostbt_once_and_sees_no_secret()
    {
        using var ssh = new FakeSsh("env >\"$(dirname \"$0\")/environment\"", Known);
        using var session = await Connectors(ssh).ConnectAsync(ByPassword, CancellationToken.None);
        await session.RunScriptAsync("exit 0", TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Contains("\nBatchMode=no\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("\nNumberOfPasswordPrompts=1\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("\nStrictHostKeyChecking=yes\n", ssh.Arguments, StringComparison.Ordinal);
        var environment = await File.ReadAllTextAsync(Path.Combine(ssh.Folder, "environment"));
        Assert.Contains($"SSH_ASKPASS={_askpass}\n", environment, StringComparison.Ordinal);
        Assert.Contains("SSH_ASKPASS_REQUIRE=force\n", environment, StringComparison.Ordinal);
        Assert.Contains(AskpassClient.Variable + "=", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", environment + ssh.Arguments + string.Concat(ssh.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", true)]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", true)]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", false)]
    [InlineData("no key at all", false)]
    public void A_key_that_needs_a_passphrase_is_told_by_its_file(string text, bool encrypted)
    {
        File.WriteAllText(_askpass, text);

        Assert.Equal(encrypted, KeyFile.IsEncrypted(_askpass));
    }

    [Theory]
    [InlineData("aes256-ctr", true)]
    [InlineData("none", false)]
    public void So_is_one_of_OpenSSHs_own_form(string cipher, bool encrypted)
    {
        var bytes = Encoding.ASCII.GetBytes("openssh-key-v1\0").Concat(new byte[] { 0, 0, 0, (byte)cipher.Length }).Concat(Encoding.ASCII.GetBytes(cipher)).Concat(new byte[40]).ToArray();
        File.WriteAllText(_askpass, $"-----BEGIN OPENSSH PRIVATE KEY-----\n{Convert.ToBase64String(bytes)}\n-----END OPENSSH PRIVATE KEY-----\n");

        Assert.Equal(encrypted, KeyFile.IsEncrypted(_askpass));
    }

    public void Dispose()
    {
        _password.Dispose();
        File.Delete(_askpass);
    }

    private static FakeSsh Saying(string version, string settings = "") =>
        new($"case \" $* \" in *' -V '*) echo '{version}' >&2; exit 0 ;; esac", Known, settings: settings);

    private HostBinaries Host() => new(name => name == HostBinaries.Variable ? _askpass : null, null, null);

    private SshConnectors Connectors(FakeSsh ssh, bool withSshNet = true) =>
        new(new OpenSshConnector(ssh.Paths, ssh, ssh.Program, host: Host()), withSshNet ? _sshNet : null, ssh);
}
