using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests;

/// <summary>Home with and without IPv6, as providers give it.</summary>
[Collection(LabCollection.Name)]
public sealed class IPv6SwitchTests(LabFixture fixture)
{
    [SkippableFact]
    public async Task Home_loses_IPv6_and_gets_it_back()
    {
        var lab = fixture.Lab;
        using var witness = Witness.Start(lab, "tracker", 7000);
        var tracker = lab.Facts.AddressOf("tracker", ipv6: true);

        await lab.SwitchHomeIPv6Async(on: false);
        var off = await Witness.AskTcpAsync(lab, "home", tracker, 7000);
        var overIPv4 = await Witness.AskTcpAsync(lab, "home", lab.Facts.AddressOf("tracker"), 7000);
        await lab.SwitchHomeIPv6Async(on: true);
        var on = await Witness.AskTcpAsync(lab, "home", tracker, 7000);

        Assert.Null(off);
        Assert.Equal(lab.Facts.NatAddress, overIPv4?.Address.ToString());
        Assert.Equal(lab.Facts.HomeAddress6, on?.Address.ToString());
    }
}
