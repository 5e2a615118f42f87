using GostBt.Lab.Tests.Matrix;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>A server that boots before its network is there.</summary>
public sealed class LateNetworkTests
{
    [SkippableTheory]
    [InlineData("debian12", "[ \"$(systemctl is-active gostbt@home gostbt-firewall@home | uniq)\" = active ]")]
    [InlineData("debian12-sysv", "/etc/init.d/gostbt_home status && /etc/init.d/gostbt_firewall_home status")]
    public async Task The_port_is_open_once_the_network_comes(string system, string isUp)
    {
        await using var lab = await RaisedLab.OfSystemAsync(system);
        await using var household = new Household(lab, Firewalls.Nft);
        await household.BootUnpluggedAsync(isUp);
    }
}
