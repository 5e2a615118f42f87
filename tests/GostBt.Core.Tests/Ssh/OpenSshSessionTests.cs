using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class OpenSshSessionTests
{
    private const string Known = "vps.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==\n";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly SshOptions Options = new() { Target = ServerTarget.Parse("root@vps.example.net") };

    [Fact]
    public async Task A_script_comes_back_with_exit_code_and_both_outputs()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);

        var result = await session.RunScriptAsync("echo out; echo err >&2; exit 9", Long, CancellationToken.None);

        Assert.Equal(new SshResult(9, "out\n", "err\n"), result);
        Assert.Equal(1, session.RoundTrips);
    }

    [Fact]
    public async Task Files_arrive_byte_for_byte_in_a_private_folder_that_is_gone_afterwards()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);
        var big = RandomNumberGenerator.GetBytes(3_000_001);
        var small = Encoding.ASCII.GetBytes("no line end");

        var result = await session.RunScriptWithFilesAsync(
            [File("big", big), File("empty", []), File("small.txt", small)],
            "stat -c %a \"$GOSTBT_FILES\"; cd \"$GOSTBT_FILES\"; sha256sum big small.txt; wc -c <empty; stat -c %a big; cat; pwd",
            Long,
            null,
            CancellationToken.None);

        var lines = result.Output.Split('\n');
        Assert.Equal("700", lines[0]);
        Assert.StartsWith(Hash(big), lines[1], StringComparison.Ordinal);
        Assert.StartsWith(Hash(small), lines[2], StringComparison.Ordinal);
        Assert.Equal("0", lines[3]);
        Assert.Equal("600", lines[4]);
        Assert.False(Directory.Exists(lines[5]), "the folder was left behind");
        Assert.Equal(string.Empty, result.Error);
    }

    [Fact]
    public async Task Neither_script_nor_files_show_in_the_arguments()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);

        await session.RunScriptWithFilesAsync([File("a", Encoding.ASCII.GetBytes("s3cret-file"))], "echo s3cret-script", Long, null, CancellationToken.None);

        Assert.DoesNotContain("s3cret", ssh.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_runs_nothing()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);
        var shorter = new SshFile("a", () => new MemoryStream([1, 2, 3]), 5);

        var result = await session.RunScriptWithFilesAsync([shorter], "echo ran", Long, null, CancellationToken.None);

        Assert.Equal(125, result.ExitCode);
        Assert.Equal(string.Empty, result.Output);
        Assert.Contains("cut off", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_connection_never_asks_and_checks_the_host_key_strictly()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);
        await session.RunScriptAsync("exit 0", Long, CancellationToken.None);

        Assert.Contains("\nBatchMode=yes\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("\nStrictHostKeyChecking=yes\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("StrictHostKeyChecking=no", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("/config with space/known_hosts\"\n", ssh.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_configuration_port_user_and_jump_host_go_to_ssh()
    {
        using var ssh = new FakeSsh(known: Known);
        var identity = Path.Combine(ssh.Folder, "50% key");
        var config = Path.Combine(ssh.Folder, "config");
        await System.IO.File.WriteAllTextAsync(identity, "");
        await System.IO.File.WriteAllTextAsync(config, "");
        using var session = await ssh.Connector.ConnectAsync(
            new SshOptions { Target = ServerTarget.Parse("me@vps.example.net:2222"), IdentityFile = identity, ConfigFile = config, JumpHost = "a@jump1:22,jump2" },
            CancellationToken.None);
        await session.RunScriptAsync("exit 0", Long, CancellationToken.None);

        Assert.Contains($"-F\n{config}\n-p\n2222\n-l\nme\n-i\n{ssh.Folder}/50%% key\n-o\nIdentitiesOnly=yes\n-J\na@jump1:22,jump2\n", ssh.Arguments, StringComparison.Ordinal);
        Assert.Contains("--\nvps.example.net\n", ssh.Arguments, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-oProxyCommand=id")]
    [InlineData("jump;id")]
    [InlineData("$(id)")]
    public async Task A_jump_host_that_is_no_target_is_refused(string jump)
    {
        using var ssh = new FakeSsh(known: Known);

        var error = await Assert.ThrowsAsync<GostBtException>(() => ssh.Connector.ConnectAsync(Options with { JumpHost = jump }, CancellationToken.None));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
    }

    [Fact]
    public async Task A_key_file_that_does_not_exist_is_named()
    {
        using var ssh = new FakeSsh(known: Known);

        var error = await Assert.ThrowsAsync<GostBtException>(() =>
            ssh.Connector.ConnectAsync(Options with { IdentityFile = "/no/such/key" }, CancellationToken.None));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("/no/such/key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_ssh_client_the_error_says_what_to_install()
    {
        using var ssh = new FakeSsh(known: Known);
        var connector = new OpenSshConnector(ssh.Paths, ssh, "gostbt-no-such-ssh");

        var error = await Assert.ThrowsAsync<GostBtException>(() => connector.ConnectAsync(Options, CancellationToken.None));

        Assert.Equal(GostBtFailure.SshMissing, error.Failure);
        Assert.Contains("openssh-client", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_a_timeout()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() =>
            session.RunScriptAsync("sleep 60", TimeSpan.FromMilliseconds(300), CancellationToken.None));

        Assert.Equal(GostBtFailure.Timeout, error.Failure);
    }

    [Fact]
    public async Task Cancelling_ends_it_at_once()
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var began = Path.Combine(ssh.Folder, "began");
        var running = session.RunScriptAsync($"touch '{began}'; sleep 60", Long, cancel.Token);
        while (!System.IO.File.Exists(began))
        {
            await Task.Delay(20);
        }

        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("Permission denied (publickey).", GostBtFailure.AuthenticationFailed)]
    [InlineData("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", GostBtFailure.HostKeyChanged)]
    [InlineData("Host key verification failed.", GostBtFailure.HostKeyUnknown)]
    [InlineData("ssh: Could not resolve hostname vps: Name or service not known", GostBtFailure.HostUnreachable)]
    [InlineData("ssh: connect to host vps port 22: Connection refused", GostBtFailure.HostUnreachable)]
    [InlineData("ssh: connect to host vps port 22: Connection timed out", GostBtFailure.HostUnreachable)]
    [InlineData("Connection closed by 198.51.100.10 port 22", GostBtFailure.HostUnreachable)]
    [InlineData("Bad configuration option: foo", GostBtFailure.InvalidInput)]
    public async Task What_ssh_says_becomes_a_reason_and_a_remedy(string said, GostBtFailure failure)
    {
        using var ssh = new FakeSsh($"echo '{said}' >&2; exit 255", Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);

        var error = await Assert.ThrowsAsync<GostBtException>(() => session.RunScriptAsync("exit 0", Long, CancellationToken.None));

        Assert.Equal(failure, error.Failure);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a b")]
    [InlineData("a:1")]
    [InlineData("-a")]
    [InlineData("名前")]
    public async Task An_uploaded_file_has_a_plain_name(string name)
    {
        using var ssh = new FakeSsh(known: Known);
        using var session = await ssh.Connector.ConnectAsync(Options, CancellationToken.None);

        await Assert.ThrowsAsync<ArgumentException>(() => session.RunScriptWithFilesAsync([File(name, [])], "exit 0", Long, null, CancellationToken.None));
    }

    private static SshFile File(string name, byte[] bytes) => new(name, () => new MemoryStream(bytes), bytes.Length);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
