using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests;

/// <summary>Home's NAT is of the kind that no hole punching and no STUN opens.</summary>
[Collection(LabCollection.Name)]
public sealed class SymmetricNatTests(LabFixture fixture)
{
    private const int SourcePort = 6666;

    [SkippableTheory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Two_destinations_see_two_ports_for_one_source_port(string protocol)
    {
        var lab = fixture.Lab;
        using var first = Witness.Start(lab, "peer1", 7000);
        using var second = Witness.Start(lab, "peer2", 7000);
        Func<RaisedLab, string, string, int, int, Task<System.Net.IPEndPoint?>> ask = protocol == "udp" ? Witness.AskUdpAsync : Witness.AskTcpAsync;

        var seenByFirst = await ask(lab, "home", lab.Facts.AddressOf("peer1"), 7000, SourcePort);
        var seenBySecond = await ask(lab, "home", lab.Facts.AddressOf("peer2"), 7000, SourcePort);

        Assert.Equal(lab.Facts.NatAddress, seenByFirst?.Address.ToString());
        Assert.Equal(lab.Facts.NatAddress, seenBySecond?.Address.ToString());
        Assert.NotEqual(seenByFirst!.Port, seenBySecond!.Port);
    }

    [SkippableFact]
    public async Task A_mapping_made_towards_one_node_lets_no_other_in()
    {
        var lab = fixture.Lab;
        using var tracker = Witness.Start(lab, "tracker", 7000);
        var mapping = await Witness.AskUdpAsync(lab, "home", lab.Facts.AddressOf("tracker"), 7000, SourcePort);
        Assert.NotNull(mapping);
        using var listener = Witness.Start(lab, "home", SourcePort);

        var knockOfAnother = await Witness.AskUdpAsync(lab, "peer1", lab.Facts.NatAddress, mapping.Port, sourcePort: 7000);
        tracker.Dispose();
        var knockOfTheSame = await Witness.AskUdpAsync(lab, "tracker", lab.Facts.NatAddress, mapping.Port, sourcePort: 7000);

        Assert.Null(knockOfAnother);
        Assert.Equal(lab.Facts.AddressOf("tracker"), knockOfTheSame?.Address.ToString());
    }
}
