using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentSetupTests
{
    // Of a network that no machine has.
    private static readonly Profile Free = ProfileYaml.Parse(
        "version: 1\nname: home\nserver: { host: vps.example.net }\ntunnel: { network: 198.18.77.0/24, client: 198.18.77.2, interface: gbt-no-such }\nports: [ { port: 6666 } ]\n", "home.yaml");

    [SkippableFact]
    public void A_device_of_another_is_not_taken_but_one_of_ours_is_kept_also_when_it_is_asked_for_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only");
        var first = With(Free with { Tunnel = Free.Tunnel with { Interface = "lo" } });
        var second = With(Free);
        Assert.Contains("'lo'", Assert.Throws<GostBtException>(() => AgentSetup.RequireFree(first)).Message, StringComparison.Ordinal);
        Assert.Contains("'lo'", Assert.Throws<GostBtException>(() => AgentSetup.RequireFree(first, second)).Message, StringComparison.Ordinal);

        // Told to follow the second, and at once the first again, whose device is still there.
        AgentSetup.RequireFree(first, second, first);
    }

    [Fact]
    public void A_port_that_another_listens_on_is_not_taken()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var taken = Free with { Proxy = Free.Proxy with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port } };
        Assert.Equal(GostBtFailure.Conflict, Assert.Throws<GostBtException>(() => AgentSetup.RequireFree(taken, With(Free))).Failure);
        AgentSetup.RequireFree(taken, With(Free), taken);
    }

    // On a port that nobody has.
    private static Profile With(Profile profile)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return profile with { Proxy = profile.Proxy with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port } };
    }
}
