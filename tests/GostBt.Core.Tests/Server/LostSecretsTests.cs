using GostBt.Core.Tests.Ssh;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using static GostBt.Core.Tests.Server.FakeServer;

namespace GostBt.Core.Tests.Server;

/// <summary>A profile whose secrets are on this PC and cannot be read here: its folder came from another PC or user, or is damaged.</summary>
public sealed class LostSecretsTests
{
    private static readonly ProfileName Home = new("home");

    [Theory]
    [InlineData("gostbt-dpapi 1\nAAAA\n")]
    [InlineData("username: [hunter2\n")]
    [InlineData("")]
    public async Task A_fresh_server_gets_new_ones(string content)
    {
        using var ssh = Keeping(content, Answering(apply: Showing(Samples.CertificatePem), verify: "echo 'failed IPv4 forwarding is off'; exit 1"));
        var provisioner = Provisioner(ssh);

        var plan = await provisioner.PlanAsync(Samples.Request(), CancellationToken.None);

        Assert.NotEmpty(plan.Secrets.Password);
        Assert.Contains(ssh.Lines, line => line.Contains("cannot be read", StringComparison.Ordinal));
        Assert.DoesNotContain(ssh.Lines, line => line.Contains("hunter2", StringComparison.Ordinal));

        // What does not hold leaves the file to whoever can read it.
        var error = await Assert.ThrowsAsync<GostBtException>(() => provisioner.ApplyAsync(plan, CancellationToken.None));
        Assert.Equal(GostBtFailure.VerificationFailed, error.Failure);
        Assert.Equal(content, File.ReadAllText(SecretsOf(ssh)));
    }

    [Fact]
    public async Task One_that_is_deployed_is_another_owner_s_until_it_is_taken_over()
    {
        using var ssh = Keeping("gostbt-dpapi 1\nAAAA\n", Answering(facts: Deployed("0123")));

        var error = await Assert.ThrowsAsync<GostBtException>(() => Provisioner(ssh).PlanAsync(Samples.Request(), CancellationToken.None));
        var plan = await Provisioner(ssh).PlanAsync(Samples.Request() with { TakeOver = true }, CancellationToken.None);

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("-TakeOver", error.Remedy, StringComparison.Ordinal);
        Assert.True(plan.HasChanges);
    }

    [Fact]
    public async Task It_can_be_removed_and_shown()
    {
        using var ssh = Keeping("gostbt-dpapi 1\nAAAA\n", Answering(facts: Deployed("0123")));

        Assert.True((await Provisioner(ssh).PlanRemovalAsync(Samples.Profile(), Samples.Request().Ssh, CancellationToken.None)).HasChanges);
        Assert.Equal("Stopped", (await Provisioner(ssh).GetAsync(Samples.Profile(), Samples.Request().Ssh, CancellationToken.None)).State);
    }

    [Fact]
    public async Task The_check_says_so()
    {
        using var ssh = Keeping("gostbt-dpapi 1\nAAAA\n", Answering(facts: Deployed("0123")));
        var check = new ServerCheck(Provisioner(ssh), ssh.Connector, new ProfileStore(ssh.Paths), ssh);
        var profile = Samples.Profile() with { Server = Samples.Profile().Server with { Host = "127.0.0.1" } };

        var health = await check.RunAsync(profile, Samples.Request().Ssh, CancellationToken.None);

        Assert.Contains(health.Findings, finding => finding.Id == "SecretsMissing");
        Assert.Contains(ssh.Lines, line => line.Contains("cannot be read", StringComparison.Ordinal));
    }

    private static FakeSsh Keeping(string secrets, FakeSsh ssh)
    {
        new ProfileStore(ssh.Paths).Save(Samples.Profile());
        File.WriteAllText(SecretsOf(ssh), secrets);
        return ssh;
    }

    private static string SecretsOf(FakeSsh ssh) => Path.Combine(ssh.Paths.Profiles, Home + ".secrets");
}
