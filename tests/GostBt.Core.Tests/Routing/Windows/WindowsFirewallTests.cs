using System.Net;
using GostBt.Model;
using GostBt.Routing;
using GostBt.Routing.Windows;

namespace GostBt.Core.Tests.Routing.Windows;

public class WindowsFirewallTests
{
    private static readonly FirewallOpening Opening = new("gost_tun", "6666,6881-6889", "6666");

    private readonly FakeFirewallRules _rules = new();
    private readonly FakeIpHelper _windows = new();

    public WindowsFirewallTests()
    {
        foreach (var address in new[] { "192.168.123.2", "fd7a:6f73:7462:bba8::2", "fe80::1" })
        {
            _windows.Addresses.Add(new AddressRow { InterfaceLuid = FakeIpHelper.Luid, Address = SocketAddressInet.Of(IPAddress.Parse(address)) });
        }

        _windows.Addresses.Add(new AddressRow { InterfaceLuid = 1, Address = SocketAddressInet.Of(IPAddress.Parse("192.168.1.7")) });
    }

    private WindowsRouteManager Manager => new(_windows, _rules);

    [Fact]
    public async Task The_published_ports_are_let_in_on_all_profiles_to_the_tunnel_s_own_addresses()
    {
        Assert.False(await Manager.IsPresentAsync(Opening, CancellationToken.None));

        await Manager.ApplyAsync(Opening, CancellationToken.None);
        await Manager.ApplyAsync(Opening, CancellationToken.None);

        Assert.True(await Manager.IsPresentAsync(Opening, CancellationToken.None));
        Assert.Equal(
            [
                "advfirewall firewall add rule name=GostBt-gost_tun-TCP dir=in action=allow enable=yes profile=any protocol=TCP localport=6666,6881-6889 localip=192.168.123.2,fd7a:6f73:7462:bba8::2",
                "advfirewall firewall add rule name=GostBt-gost_tun-UDP dir=in action=allow enable=yes profile=any protocol=UDP localport=6666 localip=192.168.123.2,fd7a:6f73:7462:bba8::2",
            ],
            _rules.Calls);
    }

    [Fact]
    public async Task Undone_it_leaves_the_rules_of_others()
    {
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        _rules.Calls.Clear();

        await Manager.UndoAsync(Opening, CancellationToken.None);
        await Manager.UndoAsync(Opening, CancellationToken.None);

        Assert.Equal(
            ["advfirewall firewall delete rule name=GostBt-gost_tun-TCP", "advfirewall firewall delete rule name=GostBt-gost_tun-UDP"],
            _rules.Calls);
        Assert.Contains("somebody else's", Assert.Single(_rules.Rules), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_ports_replace_the_rules_and_a_protocol_without_ports_has_none()
    {
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        var changed = new FirewallOpening("gost_tun", "7000", string.Empty);
        Assert.False(await Manager.IsPresentAsync(changed, CancellationToken.None));

        await Manager.ApplyAsync(changed, CancellationToken.None);

        Assert.True(await Manager.IsPresentAsync(changed, CancellationToken.None));
        Assert.False(await Manager.IsPresentAsync(Opening, CancellationToken.None));
        Assert.Equal(2, _rules.Rules.Count);
    }

    [Theory]
    [InlineData("Active=TRUE", "Active=FALSE")]
    [InlineData("Action=Allow", "Action=Block")]
    [InlineData("Dir=In", "Dir=Out")]
    [InlineData("LPort2_10=6881-6889", "LPort2_10=6881-6888")]
    [InlineData("Protocol=6|", "Protocol=6|Profile=Private|")]
    [InlineData("LPort=6666|", "LPort=6666|LPort=7000|")]
    [InlineData("LA4=192.168.123.2|LA6=fd7a:6f73:7462:bba8::2|", "")]
    public async Task A_rule_that_somebody_changed_is_not_there(string was, string became)
    {
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        var changed = _rules.Rules[1].Replace(was, became, StringComparison.Ordinal);
        Assert.NotEqual(_rules.Rules[1], changed);
        _rules.Rules[1] = changed;

        Assert.False(await Manager.IsPresentAsync(Opening, CancellationToken.None));
    }

    [Fact]
    public async Task A_port_that_is_published_no_more_is_closed_also_by_who_did_not_open_it()
    {
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        var fewer = Opening with { TcpPorts = "6666" };

        await Manager.ApplyAsync(fewer, CancellationToken.None);

        Assert.DoesNotContain(_rules.Rules, rule => rule.Contains("6881", StringComparison.Ordinal));
        Assert.True(await Manager.IsPresentAsync(fewer, CancellationToken.None));
    }

    [Fact]
    public async Task A_second_rule_of_the_same_name_is_not_overlooked()
    {
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        _rules.Rules.Add(_rules.Rules[1].Replace("LPort=6666", "LPort=22", StringComparison.Ordinal));

        Assert.False(await Manager.IsPresentAsync(Opening, CancellationToken.None));
    }

    [Fact]
    public async Task A_netsh_that_says_nothing_and_does_nothing_is_an_error_both_ways()
    {
        _rules.IsWine = true;
        var error = await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Opening, CancellationToken.None));
        Assert.Contains("netsh ended with 0 and said nothing", error.Message, StringComparison.Ordinal);

        _rules.IsWine = false;
        await Manager.ApplyAsync(Opening, CancellationToken.None);
        _rules.IsWine = true;
        Assert.Contains("still has the rule", (await Assert.ThrowsAsync<GostBtException>(() => Manager.UndoAsync(Opening, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_adapter_no_port_is_opened_anywhere()
    {
        _windows.Addresses.RemoveAll(row => row.InterfaceLuid == FakeIpHelper.Luid);
        await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Opening, CancellationToken.None));

        _windows.HasAdapter = false;
        await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Opening, CancellationToken.None));

        Assert.Empty(_rules.Calls);
    }
}
