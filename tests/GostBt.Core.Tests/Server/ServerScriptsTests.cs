using System.Reflection;
using GostBt.Gost;
using GostBt.Processes;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

public sealed class ServerScriptsTests
{
    private const string FirewallProgram = "the firewall's program";

    public static TheoryData<string> Scripts =>
    [
        FirewallProgram,
        .. typeof(OpenSshSession).Assembly.GetManifestResourceNames().Where(name =>
            name.EndsWith(".sh", StringComparison.Ordinal)

            // Parts of one program, which is looked at as a whole.
            && !name.StartsWith("GostBt.Server.firewall", StringComparison.Ordinal)
            && (name.StartsWith("GostBt.Server.", StringComparison.Ordinal) || name.StartsWith("GostBt.Ssh.", StringComparison.Ordinal))),
    ];

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    public async Task ShellCheck_finds_nothing(string resource)
    {
        Skip.IfNot(File.Exists("/usr/bin/shellcheck"), "shellcheck is not installed");

        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/usr/bin/shellcheck", ["-s", "sh", "-"]) { Deadline = TimeSpan.FromSeconds(60) }.WithInput(Text(resource)), CancellationToken.None);

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_POSIX_shell_parses_it_as_it_is_sent(string resource)
    {
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-n"]) { Deadline = TimeSpan.FromSeconds(30) }.WithInput(Text(resource)), CancellationToken.None);

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public void What_goes_through_the_login_shell_survives_any_of_them()
    {
        var line = EmbeddedScript.ReadOneLine("Ssh", "unpack.sh");

        // fish reads backslashes in single quotes, csh an exclamation mark, and a line end breaks both.
        Assert.DoesNotContain(line, character => character is '\'' or '\\' or '!' or '\n' or '\r');
    }

    [Fact]
    public void The_engines_configuration() =>
        Golden.Equal("engine.yaml", GostYaml.Write(EngineConfiguration.For(Samples.Profile(), Samples.Secrets)));

    [Fact]
    public void The_plan_to_remove_the_last_profile()
    {
        var profile = Samples.Profile();

        Golden.Equal("plan-removal.txt", Removal(profile, Samples.Deployed(profile)).ToString());
    }

    [Fact]
    public void Another_profile_keeps_what_both_use()
    {
        var profile = Samples.Profile();
        var facts = Samples.Deployed(profile);
        var both = facts with { Profiles = [.. facts.Profiles, new DeployedProfile { Name = "second" }] };

        var plan = Removal(profile, both);

        Assert.True(plan.HasChanges);
        Assert.DoesNotContain(plan.Steps, step => step.Contains("/usr/local", StringComparison.Ordinal) || step.Contains("forwarding", StringComparison.Ordinal));
    }

    [Fact]
    public void A_profile_whose_manifest_is_lost_is_removed_all_the_same()
    {
        var profile = Samples.Profile();
        var facts = Samples.Deployed(profile) with { Profiles = [new DeployedProfile { Name = "second" }] };
        ServerFacts[] found =
        [
            facts,
            facts with { HasUser = false, Files = [], Remnants = ["home"] },
            facts with { HasUser = false, Files = [.. facts.Files.Where(file => file.Path == "/etc/systemd/system/gostbt-firewall@home.service")] },
            facts with { Files = [] },
        ];

        Assert.All(found, server => Assert.Contains(
            "stop gostbt@home and gostbt-firewall@home, and no longer start them at boot", Removal(profile, server).Steps));
        Assert.DoesNotContain(Removal(profile, facts).Steps, step => step.Contains("forwarding", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_profile_does_not_go_before_one_whose_manifest_is_lost()
    {
        var profile = Samples.Profile();

        var plan = Removal(profile, Samples.Deployed(profile) with { Remnants = ["second"] });

        Assert.DoesNotContain(plan.Steps, step => step.Contains("forwarding", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_noted_of_the_server_goes_although_nothing_else_is_left() =>
        Assert.Equal(["set IPv4 forwarding back to what it was"], Removal(Samples.Profile(), Samples.Fresh with { HasHost = true }).Steps);

    [Fact]
    public void A_removal_names_the_rules_that_carry_the_profile()
    {
        var profile = Samples.Profile();

        var plan = Removal(profile, Samples.Deployed(profile) with { NftWorks = false, IptablesWorks = true });

        Assert.Contains("remove the chains GOSTBT-*-gbt-home of iptables", plan.Steps);
    }

    [Fact]
    public void A_server_without_anything_needs_no_removal() =>
        Assert.False(Removal(Samples.Profile(), Samples.Fresh).HasChanges);

    [Fact]
    public void The_engines_unit_is_given_one_capability_and_no_way_to_more()
    {
        var plan = Samples.Plan(Samples.Profile(), Samples.Fresh);
        var unit = ServerPlannerTests.Unit(plan).Split('\n');

        Assert.Contains($"ExecStart={Samples.Engine.Path} engine -C /etc/gostbt/home/engine.yaml", unit);
        Assert.Contains("User=gbt-home", unit);
        Assert.Contains("Group=gbt-home", unit);
        Assert.Contains("CapabilityBoundingSet=CAP_NET_ADMIN", unit);
        Assert.Contains("AmbientCapabilities=CAP_NET_ADMIN", unit);
        Assert.Contains("NoNewPrivileges=yes", unit);
        Assert.Contains("ProtectSystem=strict", unit);

        // Never without its rules; and not stopped when they are loaded again.
        Assert.Contains("Wants=gostbt-firewall@%i.service", unit);
        Assert.Contains("AssertPathExists=/run/gostbt-firewall/%i", unit);
        Assert.Contains("After=gostbt-firewall@%i.service", unit);
    }

    private static ServerRemovalPlan Removal(Profile profile, ServerFacts facts) =>
        ServerRemovalPlan.For(profile, new SshOptions { Target = Samples.Request().Target }, facts);

    private static string Text(string resource)
    {
        if (resource == FirewallProgram)
        {
            return FirewallFiles.ProgramText();
        }

        using var stream = typeof(OpenSshSession).GetTypeInfo().Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
