using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>What somebody takes from the tunnel on the PC is put back.</summary>
[Collection(FaultsCollection.Name)]
public sealed class VanishedTests(TunnelFixture home, ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("TUN deleted", "link del gost_tun")]
    [InlineData("TUN set down", "link set gost_tun down")]
    [InlineData("TUN's address deleted", "addr del 192.168.123.2/24 dev gost_tun")]
    [InlineData("route deleted", "route del default dev gost_tun table {table}")]
    [InlineData("default route of the main table deleted", "route del default dev gost_tun")]
    [InlineData("end of the main table deleted", "route del throw default")]
    [InlineData("rule deleted", "rule del priority 5200 from 192.168.123.2")]
    [InlineData("IPv6 rule deleted", "-6 rule del priority 5200")]
    public async Task What_somebody_removes_is_put_back(string fault, string ip)
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var table = (await run.IpAsync("home", "rule show priority 5200")).Split("lookup")[1].Trim();

        await run.ComesBackAsync(fault, ip.Replace("{table}", table, StringComparison.Ordinal));

        await run.EndAsync();
    }
}
