using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>The published <c>gostbt</c> as a program: exit codes, errors for people, files it makes. Needs no lab.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task A_certificate_s_key_is_its_owner_s_alone_and_neither_is_ever_replaced()
    {
        var arguments = new[] { "certificate", "--cert", $"{_folder}/cert.pem", "--key", $"{_folder}/key.pem" };

        var fingerprint = (await RunAsync(arguments)).Succeeded().Trim();
        var again = await RunAsync(arguments);

        var openssl = await Command.RunAsync(
            "sh", ["-c", $"openssl x509 -in {_folder}/cert.pem -noout -fingerprint -sha256 -ext subjectAltName; stat -c %a {_folder}/key.pem"], input: null, TimeSpan.FromSeconds(10));
        Assert.Contains(fingerprint, openssl.Succeeded().Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("DNS:gostbt", openssl.Output, StringComparison.Ordinal);
        Assert.EndsWith("600\n", openssl.Output, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("exists", again.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("stat")]
    [InlineData("status home --nonsense")]
    [InlineData("status $(id)")]
    [InlineData("status a;b")]
    [InlineData("status ../x")]
    [InlineData("status 名前")]
    [InlineData("start home --timeout 0")]
    [InlineData("split home --ipv4 sideways")]
    [InlineData("certificate --cert c --key k --name a_b!")]
    [InlineData("up missing.yaml")]
    public async Task Bad_input_is_told_from_failure_by_the_exit_code(string commandLine)
    {
        var result = await RunAsync(commandLine.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [SkippableTheory]
    [InlineData("prots: []", "prots")]
    [InlineData("ports: [ { port: 0, protocol: both } ]", "0 is not a published port")]
    [InlineData("ports: [ { port: 70000, protocol: both } ]", "70000")]
    [InlineData("ports: [ { port: 8443, protocol: both } ]", "tunnel's own port")]
    [InlineData("ports: [ { port: 22, protocol: both } ]", "ssh port")]
    public async Task A_profile_that_cannot_be_used_is_refused_before_anything_is_done(string setting, string expected)
    {
        var file = Path.Combine(_folder, "mine.yaml");
        await File.WriteAllTextAsync(file, $"version: 1\nname: home\nserver: {{ host: vps.example.net }}\n{setting}\n");

        var result = await RunAsync(["up", file]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [SkippableFact]
    public async Task A_profile_nobody_has_is_an_error_and_no_profile_at_all_is_not_up()
    {
        var named = await RunAsync(["status", "home"]);
        var all = await RunAsync(["status", "--json"]);

        Assert.Equal(1, named.ExitCode);
        Assert.Contains("no profile 'home'", named.Error, StringComparison.Ordinal);
        Assert.Equal(3, all.ExitCode);
        Assert.Equal("[]", all.Output.Trim());
    }

    [SkippableFact]
    public async Task An_engine_told_to_end_ends_with_0()
    {
        var file = Path.Combine(_folder, "engine.yaml");
        await File.WriteAllTextAsync(file, "services:\n- name: socks\n  addr: 127.0.0.1:0\n  handler: { type: socks5 }\n  listener: { type: tcp }\n");
        _ = PublishedHost.Path;

        var result = await Command.RunAsync(
            "sh", ["-c", $"'{PublishedHost.Path}' engine -C '{file}' & sleep 2; kill -TERM $!; wait $!"], input: null, TimeSpan.FromSeconds(20));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("engine stopped", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(IEnumerable<string> arguments)
    {
        Skip.If(!OperatingSystem.IsLinux(), "published for Linux");
        return Command.RunAsync("env", ["-C", "/", $"GOSTBT_HOME={_folder}/home", PublishedHost.Path, .. arguments], input: null, TimeSpan.FromSeconds(30));
    }
}
