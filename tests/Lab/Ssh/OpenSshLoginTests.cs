using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>The logins with the system's ssh, which runs in the lab's home.</summary>
[Collection(LoginCollection.Name)]
public sealed class OpenSshLoginTests(LoginFixture fixture) : LoginTests(fixture)
{
    [SkippableFact]
    public async Task Gostbt_takes_the_password_from_standard_input_and_takes_a_profile_over()
    {
        var file = Path.Combine(Home.Folder, "mine.yaml");
        await File.WriteAllTextAsync(file, $$"""
            version: 1
            name: home
            server: { host: {{Fixture.Lab.Facts.VpsAddress}}, sshPort: {{LoginFixture.PasswordPort}}, user: worker }
            ports: [ { port: 6666, protocol: both } ]
            """);
        await Fixture.VpsAsync("mv /home/worker/.ssh /home/worker/no-ssh");
        try
        {
            (await GostBtAsync("one", LoginFixture.WorkerPassword + "\n", "up", file, "--accept-host-key", "--password-stdin")).Succeeded();
            (await GostBtAsync("one", "", "down", "home")).Succeeded();

            // The wrong one, none, and a PC that does not have the profile's secrets.
            Assert.Contains("password", (await GostBtAsync("one", "not it\n", "up", file, "--password-stdin")).Error, StringComparison.Ordinal);
            Assert.Equal(2, (await GostBtAsync("one", "", "up", file, "--password-stdin")).ExitCode);
            Assert.Contains("another PC", (await GostBtAsync("two", LoginFixture.WorkerPassword + "\r\n", "up", file, "--accept-host-key", "--password-stdin")).Error, StringComparison.Ordinal);
            (await GostBtAsync("two", LoginFixture.WorkerPassword + "\n", "up", file, "--accept-host-key", "--password-stdin", "--take-over")).Succeeded();

            (await GostBtAsync("two", LoginFixture.WorkerPassword + "\n", "down", "home", "--remove-server", "--password-stdin")).Succeeded();
            await Fixture.VpsAsync("[ ! -e /etc/gostbt ]");
        }
        finally
        {
            await Fixture.VpsAsync("mv /home/worker/no-ssh /home/worker/.ssh");
        }
    }

    private Task<CommandResult> GostBtAsync(string pc, string input, params string[] arguments) => Fixture.Lab.ExecAsync(
        "home", ["env", $"GOSTBT_HOME={Home.Folder}/{pc}", $"GOSTBT_HOST={PublishedHost.Path}", PublishedHost.Path, .. arguments], input);

    // The jump host's login is what the user's configuration says: ssh hands none of its options on.
    private protected override Task<SshOptions> ThroughTheVpsAsync(SshOptions options) =>
        Task.FromResult(options with { ConfigFile = Fixture.Lab.Facts.SshConfig, JumpHost = "vps" });

    private protected override ServerTarget TargetOf(string user, string host, int port) => new(host, user, port);

    private protected override ISshConnector Connector => Home.Connector;
}
