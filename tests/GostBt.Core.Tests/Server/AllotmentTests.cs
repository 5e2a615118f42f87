using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

/// <summary>Several PCs share a server: each gets what nobody has, and keeps what it got.</summary>
public sealed class AllotmentTests
{
    [Fact]
    public void Alone_a_profile_has_the_defaults() => Assert.Equal(new ProfileTunnel(), Allot(Samples.Request(), Samples.Fresh).Tunnel);

    [Fact]
    public void What_nobody_gave_makes_way()
    {
        var second = Allot(Samples.Request("second") with { Ports = [new PublishedPort(6667)] }, With(Samples.Profile()));

        Assert.Equal((8444, 8422, "192.168.124.0/24", "192.168.124.2"), (second.Tunnel.Port, second.Tunnel.TunPort, second.Tunnel.Network, second.Tunnel.Client));
        ServerRequirements.Require(second, With(Samples.Profile()));
    }

    [Theory]
    [InlineData("socket tcp LISTEN 0 5 0.0.0.0:8444 0.0.0.0:* users:((\"nginx\",pid=77,fd=3))", 8445)]
    [InlineData("ssh-port 8444", 8445)]
    [InlineData("profile third\nmanifest third port 8444-8450/tcp", 8451)]
    [InlineData("profile third\nmanifest third port 8444/udp", 8444)]
    public void A_tunnel_port_that_is_used_otherwise_is_not_allotted(string fact, int port)
    {
        var more = ServerFactsParser.Parse("gostbt-facts 1\n" + fact + "\nend\n");
        var facts = With(Samples.Profile());
        facts = facts with { Sockets = [.. facts.Sockets, .. more.Sockets], SshPort = more.SshPort ?? 22, Profiles = [.. facts.Profiles, .. more.Profiles] };

        Assert.Equal(port, Allot(Samples.Request("second") with { Ports = [new PublishedPort(6667)] }, facts).Tunnel.Port);
    }

    [Fact]
    public void A_network_the_server_reaches_otherwise_is_not_allotted()
    {
        var facts = With(Samples.Profile());

        var second = Allot(Samples.Request("second"), facts with { Routes = [.. facts.Routes, ("192.168.124.0/23", "docker0")] });

        Assert.Equal("192.168.126.0/24", second.Tunnel.Network);
    }

    [Fact]
    public void What_the_user_gave_stays_and_is_refused_where_it_is_taken()
    {
        var facts = With(Samples.Profile());
        var request = Samples.Request("second") with { TunnelPort = 8443, Ports = [new PublishedPort(6667)] };

        var second = Allot(request, facts);

        Assert.Equal(8443, second.Tunnel.Port);
        Assert.Contains("tunnel port 8443", Assert.Throws<GostBtException>(() => ServerRequirements.Require(second, facts)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_allotted_is_kept_by_the_profile_and_by_a_file_that_never_named_it()
    {
        var home = Samples.Profile();
        var request = Samples.Request("second") with { Ports = [new PublishedPort(6667)] };
        var second = Allot(request, With(home));
        var third = Allot(Samples.Request("third") with { Ports = [new PublishedPort(6668)] }, With(home, second));
        Assert.Equal(8445, third.Tunnel.Port);

        // "second" is gone, and "third" is asked for again.
        Assert.Equal(third.Tunnel, Allotment.Allot((Samples.Request("third") with { Ports = third.Ports }).ToProfile(third), Samples.Request("third"), With(home, third), []).Tunnel);
        var file = Samples.Request("third") with { Ports = third.Ports, Whole = Samples.Profile("third") with { Ports = third.Ports } };
        Assert.Equal(third.Tunnel, Allotment.Allot(file.ToProfile(third), file, With(home, third), []).Tunnel);
    }

    [Fact]
    public void A_tunnel_port_that_another_profile_publishes_would_lead_to_its_home_and_is_refused()
    {
        var facts = With(Samples.Profile() with { Ports = [PublishedPort.Parse("9000-9010/tcp")] });
        var request = Samples.Request("second") with { TunnelPort = 9005, TunPort = 8422, Network = "192.168.124.0/24", Ports = [new PublishedPort(6667)] };

        Assert.Contains("9005", Assert.Throws<GostBtException>(() => ServerRequirements.Require(request.ToProfile(null), facts)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_of_another_PC_is_not_replaced_unless_it_is_taken_over()
    {
        var profile = Samples.Profile();
        var facts = Samples.Deployed(profile);
        var ssh = new GostBt.Ssh.SshOptions { Target = ServerTarget.Parse("root@vps.example.net") };
        var stranger = new ProfileSecrets("another-user", "x", string.Empty);

        var error = Assert.Throws<GostBtException>(() => ServerPlanner.Plan(profile, ssh, facts, stranger, Samples.Engine));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("-TakeOver", error.Remedy, StringComparison.Ordinal);
        Assert.True(ServerPlanner.Plan(profile, ssh, facts, stranger, Samples.Engine, takeOver: true).RestartEngine);
    }

    [Fact]
    public void Sixty_four_profiles_and_a_thousand_ports_find_room()
    {
        var others = new List<ServerFacts>();
        for (var index = 0; index < 63; index++)
        {
            var request = Samples.Request(FormattableString.Invariant($"pc-{index}")) with { Ports = [PublishedPort.Parse(FormattableString.Invariant($"{20000 + (index * 16)}-{20015 + (index * 16)}/both"))] };
            others.Add(Samples.Deployed(Allot(request, With(others))));
        }

        var facts = With(others);
        var last = Samples.Request() with { Ports = [.. Enumerable.Range(0, 1000).Select(index => new PublishedPort(30000 + (2 * index)))] };
        foreach (var key in new[] { "tunnel-port", "tun-port", "network" })
        {
            Assert.Equal(63, facts.Profiles.Select(profile => profile.Value(key)).Distinct().Count());
        }

        var plan = Samples.Plan(Allot(last, facts), facts);
        Assert.Equal(1000, plan.Profile.Ports.Count);
        Assert.DoesNotContain(facts.Profiles, profile => profile.Value("network") == plan.Profile.Tunnel.Network);
    }

    [Fact]
    public void A_first_tunnel_keeps_clear_of_home_s_networks_and_one_in_use_is_not_moved()
    {
        TunnelNetwork[] home = [TunnelNetwork.Parse("192.168.0.0/16"), TunnelNetwork.Parse("10.0.0.0/8")];
        TunnelNetwork[] lan = [TunnelNetwork.Parse("192.168.123.0/25")];
        var request = Samples.Request();

        Assert.Equal("192.168.124.0/24 192.168.124.2", Network(Allotment.Allot(request.ToProfile(null), request, Samples.Fresh, lan)));
        Assert.Equal("192.168.123.0/24 192.168.123.2", Network(Allotment.Allot(Samples.Profile(), request, Samples.Deployed(Samples.Profile()), lan)));
        Assert.Contains("10.123.0.0/24", Assert.Throws<GostBtException>(() => Allotment.Allot(request.ToProfile(null), request, Samples.Fresh, home)).Remedy, StringComparison.Ordinal);

        static string Network(Profile profile) => profile.Tunnel.Network + " " + profile.Tunnel.Client;
    }

    private static Profile Allot(ServerRequest request, ServerFacts facts) => Allotment.Allot(request.ToProfile(null), request, facts, []);

    // A server with these profiles.
    private static ServerFacts With(params Profile[] profiles) => With([.. profiles.Select(Samples.Deployed)]);

    private static ServerFacts With(List<ServerFacts> each) => Samples.Fresh with
    {
        Sockets = [.. Samples.Fresh.Sockets, .. each.SelectMany(facts => facts.Sockets.Where(socket => socket.Process == "gostbt"))],
        Routes = [.. Samples.Fresh.Routes, .. each.SelectMany(facts => facts.Routes.Where(route => route.Device.StartsWith("gbt-", StringComparison.Ordinal)))],
        Profiles = [.. each.SelectMany(facts => facts.Profiles)],
    };
}
