using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests;

/// <summary>What GostBt is for: without it nobody outside reaches a port at home, though something listens there.</summary>
[Collection(LabCollection.Name)]
public sealed class HomeIsUnreachableTests(LabFixture fixture)
{
    private const int Port = 6666;

    [SkippableTheory]
    [InlineData("peer1", "NAT_ADDRESS")]
    [InlineData("peer2", "NAT_ADDRESS6")]
    [InlineData("peer1", "HOME_ADDRESS")]
    [InlineData("peer2", "HOME_ADDRESS6")]
    public async Task No_node_outside_reaches_a_listener_at_home(string from, string address)
    {
        var lab = fixture.Lab;
        using var listener = Witness.Start(lab, "home", Port);

        var overTcp = await Witness.AskTcpAsync(lab, from, lab.Facts[address], Port);
        var overUdp = await Witness.AskUdpAsync(lab, from, lab.Facts[address], Port);

        Assert.Null(overTcp);
        Assert.Null(overUdp);
    }

    [SkippableTheory]
    [InlineData("HOME_ADDRESS", "HOME_ROUTER")]
    [InlineData("HOME_ADDRESS6", "HOME_ROUTER6")]
    public async Task The_same_listener_answers_whoever_is_inside(string address, string seenAs)
    {
        var lab = fixture.Lab;
        using var listener = Witness.Start(lab, "home", Port);

        var overTcp = await Witness.AskTcpAsync(lab, "nat", lab.Facts[address], Port);
        var overUdp = await Witness.AskUdpAsync(lab, "nat", lab.Facts[address], Port);

        Assert.Equal(lab.Facts[seenAs], overTcp?.Address.ToString());
        Assert.Equal(lab.Facts[seenAs], overUdp?.Address.ToString());
    }

    [SkippableTheory]
    [InlineData(false, "NAT_ADDRESS")]
    [InlineData(true, "HOME_ADDRESS6")]
    public async Task Home_reaches_out_and_is_seen_under_its_public_address(bool ipv6, string seenAs)
    {
        var lab = fixture.Lab;
        using var witness = Witness.Start(lab, "tracker", 7000);

        var overTcp = await Witness.AskTcpAsync(lab, "home", lab.Facts.AddressOf("tracker", ipv6), 7000);
        var overUdp = await Witness.AskUdpAsync(lab, "home", lab.Facts.AddressOf("tracker", ipv6), 7000);

        Assert.Equal(lab.Facts[seenAs], overTcp?.Address.ToString());
        Assert.Equal(lab.Facts[seenAs], overUdp?.Address.ToString());
    }
}
