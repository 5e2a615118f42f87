using GostBt.Model;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

public sealed class ServerPlannerTests
{
    [Fact]
    public void The_plan_for_a_fresh_server() => Golden.Equal("plan-fresh.txt", Samples.Plan(Samples.Profile(), Samples.Fresh).ToString());

    [Fact]
    public void A_server_that_is_as_it_should_be_needs_nothing()
    {
        var profile = Samples.Profile();

        var plan = Samples.Plan(profile, Samples.Deployed(profile));

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Upload);
        Assert.False(plan.HasChanges);
        Assert.Contains("nothing to do", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_port_only_loads_the_firewall_anew()
    {
        var profile = Samples.Profile();
        var plan = Samples.Plan(profile with { Ports = [.. profile.Ports, new PublishedPort(8000)] }, Samples.Deployed(profile));

        Assert.Equal("/etc/gostbt/home/firewall.nft", Assert.Single(plan.Upload).Path);
        Assert.True(plan.LoadFirewall);
        Assert.False(plan.RestartEngine);
        Assert.False(plan.CreateCertificate);
    }

    [Fact]
    public void Another_engine_is_uploaded_and_restarted_and_nothing_else()
    {
        var profile = Samples.Profile();
        var facts = Samples.Deployed(profile);

        var plan = Samples.Plan(profile, facts with { Files = [.. facts.Files.Select(file => file.Path == Samples.Engine.Path ? file with { Hash = "old" } : file)] });

        Assert.Equal(["replace /usr/local/lib/gostbt/0123456789abcdef/gostbt (0.0 MB)", "restart the engine: wss on TCP port 8443"], plan.Steps);
    }

    [Fact]
    public void An_engine_that_is_to_stay_is_placed_only_where_there_is_none()
    {
        var profile = Samples.Profile();
        var old = PlannedFile.OfText("/usr/local/lib/gostbt/fedcba9876543210/gostbt", "755", "root", "an older engine");
        var other = Samples.Deployed(profile, old);
        var none = other with { Files = [.. other.Files.Where(file => file.Path != old.Path)] };
        var changed = other with { Files = [.. other.Files.Select(file => file.Path == old.Path ? file with { Hash = "changed" } : file)] };

        Assert.Empty(Plan(other).Steps);
        Assert.Contains(Plan(none).Upload, file => file.Path == Samples.Engine.Path);
        Assert.Contains(Plan(changed).Upload, file => file.Path == Samples.Engine.Path);

        ServerPlan Plan(ServerFacts found) =>
            ServerPlanner.Plan(profile, new SshOptions { Target = ServerTarget.Parse("root@vps.example.net") }, found, Samples.Secrets, Samples.Engine, keepEngine: true);
    }

    public static TheoryData<string, string> Drift => new()
    {
        { "mode", "replace /etc/gostbt/home/engine.yaml" },
        { "rules", "load the firewall" },
        { "table", "load the firewall" },
        { "stopped", "start the engine" },
        { "disabled", "start at boot" },
        { "forwarding", "forwarding on" },
        { "key", "certificate" },
        { "manifest", "manifest" },
    };

    [Theory]
    [MemberData(nameof(Drift))]
    public void What_has_drifted_is_put_right(string what, string step)
    {
        var profile = Samples.Profile();
        var good = Samples.Deployed(profile);
        var deployed = good.Profiles[0];
        var facts = what switch
        {
            "mode" => good with { Files = [.. good.Files.Select(file => file.Path.EndsWith("engine.yaml", StringComparison.Ordinal) ? file with { Mode = "644" } : file)] },
            "rules" => good with { Profiles = [deployed with { RulesHash = "changed" }] },
            "table" => good with { Profiles = [deployed with { RulesHash = null }] },
            "stopped" => good with { Profiles = [deployed with { EngineActive = false }] },
            "disabled" => good with { Profiles = [deployed with { FirewallEnabled = false }] },
            "forwarding" => good with { Forwarding = false },
            "key" => good with { Files = [.. good.Files.Where(file => !file.Path.EndsWith("key.pem", StringComparison.Ordinal))] },
            _ => good with { Profiles = [deployed with { Manifest = ["gostbt-manifest 1", "rules abc"] }] },
        };

        Assert.Contains(Samples.Plan(profile, facts).Steps, text => text.Contains(step, StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_below_1024_adds_the_one_capability_it_needs()
    {
        var plan = Samples.Plan((Samples.Request() with { TunnelPort = 443 }).ToProfile(null), Samples.Fresh);

        Assert.Contains("AmbientCapabilities=CAP_NET_ADMIN CAP_NET_BIND_SERVICE\n", Unit(plan), StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities=CAP_NET_ADMIN\n", Unit(Samples.Plan(Samples.Profile(), Samples.Fresh)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_for_what_carried_them_before_go(bool toNft)
    {
        var profile = Samples.Profile();
        var nft = Samples.Deployed(profile);
        var iptables = nft with { NftWorks = false, IptablesWorks = true, Ip6tablesWorks = true };
        string[] old = toNft ? ["/etc/gostbt/home/firewall.iptables", "/etc/gostbt/home/firewall.ip6tables"] : ["/etc/gostbt/home/firewall.nft"];
        var left = old.Where(path => nft.File(path) is null).Select(path => new PlacedFile(path, "00", "640", "root:gbt-home"));
        var facts = (toNft ? nft : iptables) with { Files = [.. nft.Files, .. left] };

        var plan = Samples.Plan(profile, facts);

        Assert.Equal(old, plan.Obsolete);
        Assert.True(plan.LoadFirewall);
    }

    [Fact]
    public void No_text_form_of_a_plan_shows_a_secret()
    {
        var plan = Samples.Plan(Samples.Profile(), Samples.Fresh);
        var texts = plan.ToString() + string.Join('\n', plan.Steps) + string.Join('\n', plan.Upload) + plan.Secrets + ServerScripts.Apply(plan);

        Assert.DoesNotContain(Samples.Secrets.Password, texts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("home", "gbt-home")]
    [InlineData("a-name-of-1", "gbt-a-name-of-1")]
    public void A_short_name_is_the_devices(string name, string device) => Assert.Equal(device, ServerPaths.Device(new ProfileName(name)));

    [Fact]
    public void Long_names_that_begin_alike_have_devices_of_their_own()
    {
        var first = ServerPaths.Device(new ProfileName("a-very-long-name-1"));
        var second = ServerPaths.Device(new ProfileName("a-very-long-name-2"));

        Assert.NotEqual(first, second);
        Assert.InRange(first.Length, 1, 15);
    }

    [Fact]
    public void Random_credentials_are_long_and_differ()
    {
        var first = RelayCredentials.Create();
        var second = RelayCredentials.Create();

        Assert.Matches("^[0-9a-f]{32}$", first.Username);
        Assert.Matches("^[0-9a-f]{64}$", first.Password);
        Assert.NotEqual(first, second);
    }

    /// <summary>The engine's unit as a plan uploads it.</summary>
    internal static string Unit(ServerPlan plan)
    {
        using var stream = plan.Upload.Single(file => file.Path == "/etc/systemd/system/gostbt@home.service").ToUpload("x").Open();
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
