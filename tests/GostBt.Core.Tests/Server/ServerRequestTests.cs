using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public class ServerRequestTests
{
    private static readonly Profile Stored = Samples.Profile() with
    {
        Tunnel = new ProfileTunnel { Port = 443, TunPort = 8500, Network = "10.9.8.0/24", Client = "10.9.8.7", Mtu = 1300, Interface = "bt0" },
        Proxy = new ProfileProxy { Port = 1080 },
        Engine = EngineKind.Gost,
    };

    [Fact]
    public void What_a_request_does_not_say_stays_as_it_is()
    {
        var profile = Samples.Request().ToProfile(Stored);
        Assert.Equal(Stored.Tunnel, profile.Tunnel);
        Assert.Equal(Stored.Proxy, profile.Proxy);
        Assert.Equal(EngineKind.Gost, profile.Engine);
    }

    [Fact]
    public void What_it_says_is_taken()
    {
        var profile = (Samples.Request() with { TunnelPort = 9443, Network = "10.1.0.0/24" }).ToProfile(Stored);
        Assert.Equal(Stored.Tunnel with { Port = 9443, Network = "10.1.0.0/24", Client = "10.1.0.2" }, profile.Tunnel);
    }

    [Fact]
    public void A_whole_profile_replaces_the_stored_one()
    {
        var whole = Samples.Profile();
        var profile = ServerRequest.For(whole, Samples.Request().Ssh).ToProfile(Stored);
        Assert.Equal(ProfileYaml.Write(whole), ProfileYaml.Write(profile));
    }

    [Fact]
    public void The_way_to_the_server_that_a_request_does_not_say_is_kept()
    {
        var stored = Stored with { Server = Stored.Server with { IdentityFile = "/keys/id", SshConfigFile = "/keys/config", JumpHost = "jump.example.net" } };

        var profile = Samples.Request().ToProfile(stored);

        Assert.Equal(("/keys/id", "/keys/config", "jump.example.net"), (profile.Server.IdentityFile, profile.Server.SshConfigFile, profile.Server.JumpHost));
        Assert.Equal(("/keys/id", "/keys/config", "jump.example.net"), (Samples.Request().ToSsh(stored).IdentityFile, Samples.Request().ToSsh(stored).ConfigFile, Samples.Request().ToSsh(stored).JumpHost));
        Assert.Equal("/keys/id", (Samples.Request() with { Target = ServerTarget.Parse("root@VPS.Example.net") }).ToSsh(stored).IdentityFile);
        Assert.Null((Samples.Request() with { Target = ServerTarget.Parse("root@other.example.net") }).ToSsh(stored).IdentityFile);
    }
}
