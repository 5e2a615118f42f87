using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

/// <summary>What is placed on a server that sysvinit starts.</summary>
public sealed class SysvBackendTests
{
    private static readonly ServerFacts Sysv = ServerFactsParser.Parse(
        Samples.FreshDebian.Replace("init systemd\n", "init sysv\n", StringComparison.Ordinal).Replace("systemd 252\n", string.Empty, StringComparison.Ordinal));

    [Fact]
    public void The_plan_names_init_scripts_and_no_unit() => Golden.Equal("plan-sysv.txt", Samples.Plan(Samples.Profile(), Sysv).ToString());

    [Fact]
    public async Task The_engines_init_script_of_a_low_port() =>
        Golden.Equal("initd-engine", await TextAsync(Low(), "/etc/init.d/gostbt_home"));

    [Fact]
    public async Task The_firewalls_init_script() => Golden.Equal("initd-firewall", await TextAsync(Samples.Profile(), "/etc/init.d/gostbt_firewall_home"));

    [Fact]
    public void A_removal_names_the_services_as_they_are_called_there()
    {
        var profile = Samples.Profile();
        var facts = Samples.Deployed(profile) with { Init = "sysv" };

        var plan = ServerRemovalPlan.For(profile, new GostBt.Ssh.SshOptions { Target = Samples.Request().Target }, facts);

        Assert.Contains("stop gostbt_home and gostbt_firewall_home, and no longer start them at boot", plan.Steps);
    }

    private static Profile Low()
    {
        var profile = Samples.Profile();
        return profile with { Tunnel = profile.Tunnel with { Port = 443 } };
    }

    private static async Task<string> TextAsync(Profile profile, string path)
    {
        var file = Samples.Plan(profile, Sysv).Files.Single(candidate => candidate.Path == path);
        using var reader = new StreamReader(file.ToUpload("x").Open.Invoke());
        return await reader.ReadToEndAsync();
    }
}
