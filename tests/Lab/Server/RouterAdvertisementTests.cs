using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>A server that has its IPv6 route from its router's advertisements keeps it while it forwards for GostBt, and hears its router again afterwards.</summary>
[Collection(LabCollection.Name)]
public sealed class RouterAdvertisementTests(LabFixture fixture)
{
    // An advertisement (RFC 4861, section 4.2) of a default router for half an hour, to all nodes on the VPS's link.
    private const string Advertise = """
        perl -MSocket=:all -e 'socket(my $s, AF_INET6, SOCK_RAW, 58) or die; setsockopt($s, 41, 18, pack("i", 255)) or die;
            send($s, pack("CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0), 0, pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $ARGV[0])) or die' "$(cat /sys/class/net/vps/ifindex)"
        """;

    [SkippableFact]
    public async Task The_route_that_the_router_advertises_stays()
    {
        using var home = new Deployment(fixture.Lab);
        await home.VpsAsync("sysctl -qw net.ipv6.conf.eth0.accept_ra=1 && ip -6 route delete default");
        try
        {
            await HearsAsync(home, "before");
            await home.DeployAsync();
            try
            {
                Assert.Equal("1\n2\n", await home.VpsAsync("cd /proc/sys/net/ipv6/conf; cat all/forwarding eth0/accept_ra"));
                Assert.Contains("proto ra", await home.VpsAsync("ip -6 route show default"), StringComparison.Ordinal);
                await home.VpsAsync("ip -6 route delete default");
                await HearsAsync(home, "while it forwards");
            }
            finally
            {
                await home.RemoveAsync();
            }

            Assert.Equal("0\n1\n", await home.VpsAsync("cd /proc/sys/net/ipv6/conf; cat all/forwarding eth0/accept_ra"));
        }
        finally
        {
            await home.VpsAsync("sysctl -qw net.ipv6.conf.eth0.accept_ra=0; ip -6 route flush default; ip -6 route add default via 2001:db8:10::1 dev eth0");
        }
    }

    private static async Task HearsAsync(Deployment home, string when)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            (await home.Lab.ShAsync("backbone", Advertise)).Succeeded();
            if ((await home.VpsAsync("ip -6 route show default")).Contains("proto ra", StringComparison.Ordinal)) return;
            await Task.Delay(100);
        }

        Assert.Fail("no route from an advertisement " + when);
    }
}
