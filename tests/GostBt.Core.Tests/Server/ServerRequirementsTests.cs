using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

/// <summary>What stands in the way is found before anything is changed, named, and comes with what to do.</summary>
public sealed class ServerRequirementsTests
{
    public static TheoryData<string, string> Unsupported => new()
    {
        { "arch armv7l", "armv7l" },
        { "systemd 219", "219" },
        { "init openrc", "OpenRC" },
        { "init other", "sysvinit" },
        { "nft-works no", "kernel" },
        { "tun no", "/dev/net/tun" },
        { "missing flock", "flock" },
        { "disk-free 1000", "MB" },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void A_system_that_cannot_is_refused(string fact, string named)
    {
        var error = Refused(Samples.Profile(), With(fact));

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("nft")]
    public void A_system_that_lacks_a_part_is_refused(string missing)
    {
        var facts = ServerFactsParser.Parse(string.Join('\n', Samples.FreshDebian.Split('\n').Where(line => !line.StartsWith(missing, StringComparison.Ordinal))));

        var error = Refused(Samples.Profile(), facts);

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socket tcp LISTEN 0 5 0.0.0.0:8443 0.0.0.0:* users:((\"nginx\",pid=77,fd=3))", "nginx (process 77)")]
    [InlineData("socket udp UNCONN 0 0 127.0.0.1:8421 0.0.0.0:* users:((\"other\",pid=78,fd=3))", "other (process 78)")]
    [InlineData("socket udp UNCONN 0 0 *:7000 *:* users:((\"game\",pid=79,fd=3))", "game (process 79)")]
    [InlineData("socket tcp LISTEN 0 5 [::]:6666 [::]:*", "another program")]
    public void A_port_in_use_is_refused_and_its_owner_named(string socket, string owner)
    {
        var error = Refused(Samples.Profile(), With(socket));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains(owner, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socket tcp LISTEN 0 5 127.0.0.1:6666 0.0.0.0:* users:((\"x\",pid=1,fd=3))")]
    [InlineData("socket tcp LISTEN 0 5 0.0.0.0:7000 0.0.0.0:* users:((\"x\",pid=1,fd=3))")]
    [InlineData("socket udp UNCONN 0 0 0.0.0.0:8443 0.0.0.0:* users:((\"x\",pid=1,fd=3))")]
    public void What_the_ports_do_not_touch_is_left_alone(string socket) => ServerRequirements.Require(Samples.Profile(), With(socket));

    [Fact]
    public void Our_own_engine_is_no_conflict()
    {
        var profile = Samples.Profile();

        ServerRequirements.Require(profile, Samples.Deployed(profile));
    }

    [Theory]
    [InlineData(6666)]
    [InlineData(8443)]
    public void The_port_ssh_came_in_on_is_never_taken(int port)
    {
        var error = Refused(Samples.Profile(), Samples.Fresh with { SshPort = port });

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("ssh", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 8443)]
    [InlineData(70000, 8443)]
    [InlineData(22, 8443)]
    [InlineData(8443, 8443)]
    [InlineData(6666, 0)]
    [InlineData(6666, 22)]
    public void A_port_that_cannot_be_is_refused_before_ssh(int port, int tunnelPort)
    {
        var request = Samples.Request() with { Ports = [new PublishedPort(port)], TunnelPort = tunnelPort };

        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => request.ToProfile(null)).Failure);
    }

    [Theory]
    [InlineData(6667, 8443, 8422, "192.168.124.0/24", "tunnel port")]
    [InlineData(6667, 8444, 8421, "192.168.124.0/24", "TUN port")]
    [InlineData(6667, 8444, 8422, "192.168.0.0/16", "network")]
    [InlineData(7000, 8444, 8422, "192.168.124.0/24", "7000")]
    public void Another_profile_on_the_server_keeps_what_it_has(int port, int tunnelPort, int tunPort, string network, string named)
    {
        var request = Samples.Request("second") with { Ports = [new PublishedPort(port)], TunnelPort = tunnelPort, TunPort = tunPort, Network = network };

        var error = Refused(request.ToProfile(null), Samples.Deployed(Samples.Profile()));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("'home'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_long_names_that_are_shortened_to_the_same_are_not_for_one_server()
    {
        var byDevice = new Dictionary<string, string>(StringComparer.Ordinal);
        var (first, second) = (string.Empty, string.Empty);
        for (var number = 0; first.Length == 0; number++)
        {
            second = FormattableString.Invariant($"workstation-{number}");
            if (!byDevice.TryAdd(ServerPaths.Device(second), second)) first = byDevice[ServerPaths.Device(second)];
        }

        var request = Samples.Request(second) with { Ports = [new PublishedPort(6667)], TunnelPort = 8444, TunPort = 8422, Network = "192.168.124.0/24" };
        var error = Refused(request.ToProfile(null), Samples.Deployed(Samples.Profile(first)));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains($"'{first}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("another name", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fd00:1::/64", "fd00:1::/64", true)]
    [InlineData("fd00:1::/64", "fd00:1::/80", true)]
    [InlineData("fd00:1::/64", "fd00:2::/64", false)]
    [InlineData(null, "fd7a:6f73:7462:bb7c::/64", false)]
    public void An_IPv6_network_is_one_profile_s(string? theirs, string ours, bool refused)
    {
        var home = Samples.Profile();
        var request = Samples.Request("second") with { Ports = [new PublishedPort(6667)], TunnelPort = 8444, TunPort = 8422, Network = "192.168.124.0/24" };
        var second = request.ToProfile(null);
        second = second with { Tunnel = second.Tunnel with { Network6 = ours }, Server = second.Server with { PublicAddress6 = "2001:db8:10::10" } };

        var error = Record.Exception(() => ServerRequirements.Require(second, Samples.Deployed(home with { Tunnel = home.Tunnel with { Network6 = theirs } })));

        Assert.Equal(refused, error is GostBtException { Failure: GostBtFailure.Conflict } conflict && conflict.Message.Contains(ours, StringComparison.Ordinal));
        Assert.Equal(refused, error is not null);
    }

    [Fact]
    public void Another_s_IPv6_network_that_belongs_to_its_IPv4_network_is_taken_too()
    {
        var home = Samples.Profile();
        var request = Samples.Request("second") with { Ports = [new PublishedPort(6667)], TunnelPort = 8444, TunPort = 8422, Network = "192.168.124.0/24" };
        var second = request.ToProfile(null);
        second = second with { Tunnel = second.Tunnel with { Network6 = TunnelNetwork6.For(home.Tunnel).ToString() }, Server = second.Server with { PublicAddress6 = "2001:db8:10::10" } };

        Assert.Contains("IPv6", Refused(second, Samples.Deployed(home)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8000-8100/tcp", false)]
    [InlineData("8000-8100/udp", true)]
    [InlineData("8080:9000/tcp", false)]
    [InlineData("9000:8080/tcp", true)]
    public void A_range_is_refused_for_one_port_that_something_listens_on_and_the_process_is_named(string port, bool free)
    {
        var profile = Samples.Profile() with { Ports = [PublishedPort.Parse(port)] };
        var facts = With("socket tcp LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:((\"nginx\",pid=321,fd=6))");
        if (free)
        {
            ServerRequirements.Require(profile, facts);
            return;
        }

        var error = Refused(profile, facts);
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("8080", error.Message, StringComparison.Ordinal);
        Assert.Contains("nginx (process 321)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6000-6666/tcp", "6666/both", false)]
    [InlineData("6660-6670/udp", "6666/tcp", true)]
    [InlineData("443:6666/tcp", "6666/tcp", true)]
    [InlineData("443:7000/udp", "443:6666/both", false)]
    public void Another_profile_s_published_ports_are_kept_by_protocol_and_range(string port, string published, bool free)
    {
        var others = Samples.Deployed(Samples.Profile() with { Ports = [PublishedPort.Parse(published)] });
        var request = Samples.Request("second") with { Ports = [PublishedPort.Parse(port)], TunnelPort = 8444, TunPort = 8422, Network = "192.168.124.0/24" };
        if (free)
        {
            ServerRequirements.Require(request.ToProfile(null), others);
            return;
        }

        Assert.Contains("'home'", Refused(request.ToProfile(null), others).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.0.0/16")]
    [InlineData("192.168.123.64/26")]
    [InlineData("192.168.123.7")]
    public void A_network_the_server_already_reaches_is_refused(string route)
    {
        var error = Refused(Samples.Profile(), With($"route {route} eth1"));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("eth1", error.Message, StringComparison.Ordinal);
    }

    private static GostBtException Refused(Profile profile, ServerFacts facts) =>
        Assert.Throws<GostBtException>(() => ServerRequirements.Require(profile, facts));

    // The first line of a key is the one that counts, so a test's line goes first.
    private static ServerFacts With(string fact) =>
        ServerFactsParser.Parse(Samples.FreshDebian.Replace("gostbt-facts 1\n", "gostbt-facts 1\n" + fact + "\n", StringComparison.Ordinal));
}
