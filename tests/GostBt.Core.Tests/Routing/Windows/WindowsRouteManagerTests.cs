using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Routing;
using GostBt.Routing.Windows;

namespace GostBt.Core.Tests.Routing.Windows;

public class WindowsRouteManagerTests
{
    private static readonly RoutePlan Plan = RoutePlan.ForWindows(
        Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8:10::10" } });

    private readonly FakeIpHelper _windows = new();

    private WindowsRouteManager Manager => new(_windows, new FakeFirewallRules());

    [Fact]
    public async Task A_plan_is_these_calls_and_no_others()
    {
        foreach (var step in Plan.Steps)
        {
            await Manager.ApplyAsync(step, CancellationToken.None);
            Assert.True(await Manager.IsPresentAsync(step, CancellationToken.None));
        }

        Assert.Equal(
            [
                "SetIpInterfaceEntry luid 35000000000000 family 2 automatic 0 metric 9999 mtu 1420 discovery 0 probes 0 site 0",
                "CreateUnicastIpAddressEntry luid 35000000000000 index 42 192.168.123.2/24 origin 1/1 valid ffffffff state 4",
                "CreateIpForwardEntry2 luid 35000000000000 index 42 to 0.0.0.0/0 by 0.0.0.0 metric 9999 protocol 3 valid ffffffff immortal 0",
                "SetIpInterfaceEntry luid 35000000000000 family 23 automatic 0 metric 9999 mtu 1420 discovery 0 probes 0 site 64",
                "CreateUnicastIpAddressEntry luid 35000000000000 index 42 fd7a:6f73:7462:bba8::2/64 origin 1/1 valid ffffffff state 4",
                "CreateIpForwardEntry2 luid 35000000000000 index 42 to ::/0 by :: metric 9999 protocol 3 valid ffffffff immortal 0",
            ],
            _windows.Calls);
    }

    [Fact]
    public async Task What_is_there_is_not_made_again_and_all_of_it_is_taken_back()
    {
        foreach (var step in Plan.Steps.Concat(Plan.Steps))
        {
            await Manager.ApplyAsync(step, CancellationToken.None);
        }

        Assert.Equal(Plan.Steps.Count, _windows.Calls.Count);
        foreach (var step in Plan.Steps.Reverse().Concat(Plan.Steps))
        {
            await Manager.UndoAsync(step, CancellationToken.None);
        }

        Assert.Equal(2 * Plan.Steps.Count, _windows.Calls.Count);
        Assert.Empty(_windows.Routes);
        Assert.Empty(_windows.Addresses);
        Assert.All(_windows.Interfaces.Values, row => Assert.Equal(1, row.UseAutomaticMetric));
    }

    [Fact]
    public async Task A_recreated_adapter_has_nothing_and_gets_it_all_again()
    {
        foreach (var step in Plan.Steps)
        {
            await Manager.ApplyAsync(step, CancellationToken.None);
        }

        var recreated = new FakeIpHelper();
        var manager = new WindowsRouteManager(recreated, new FakeFirewallRules());
        foreach (var step in Plan.Steps)
        {
            Assert.False(await manager.IsPresentAsync(step, CancellationToken.None));
            await manager.ApplyAsync(step, CancellationToken.None);
        }

        Assert.Equal(_windows.Calls, recreated.Calls);
    }

    [Fact]
    public async Task Nothing_of_a_vanished_adapter_is_there_or_left_to_be_taken_back()
    {
        _windows.HasAdapter = false;
        foreach (var step in Plan.Steps)
        {
            Assert.False(await Manager.IsPresentAsync(step, CancellationToken.None));
            await Manager.UndoAsync(step, CancellationToken.None);
            Assert.Contains("gost_tun", (await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(step, CancellationToken.None))).Message, StringComparison.Ordinal);
        }

        Assert.Empty(_windows.Calls);
    }

    [Fact]
    public async Task The_word_of_Windows_that_it_did_something_is_not_enough()
    {
        _windows.Lies = true;

        foreach (var step in Plan.Steps)
        {
            var error = await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(step, CancellationToken.None));
            Assert.Equal(GostBtFailure.TunnelFailed, error.Failure);
            Assert.Contains(step.ToString()!, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_removal_that_did_nothing_is_an_error()
    {
        await Manager.ApplyAsync(Plan.Steps[2], CancellationToken.None);
        _windows.Lies = true;

        Assert.Contains("still there", (await Assert.ThrowsAsync<GostBtException>(() => Manager.UndoAsync(Plan.Steps[2], CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5u, GostBtFailure.NotPrivileged)]
    [InlineData(50u, GostBtFailure.UnsupportedSystem)]
    [InlineData(1168u, GostBtFailure.TunnelFailed)]
    [InlineData(87u, GostBtFailure.TunnelFailed)]
    public async Task An_error_of_Windows_is_told_with_its_number_and_a_remedy(uint code, GostBtFailure failure)
    {
        _windows.Answer = code;

        var error = await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Plan.Steps[0], CancellationToken.None));

        Assert.Equal(failure, error.Failure);
        Assert.Contains($"(error {code})", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public async Task A_call_that_this_Windows_has_not_is_an_unsupported_system()
    {
        _windows.IsWine = true;

        var error = await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Plan.Steps[2], CancellationToken.None));

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Contains("CreateIpForwardEntry2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_without_IPv6_says_so()
    {
        _windows.Interfaces.Remove(SocketAddressInet.IPv6);

        Assert.Contains("IPv6", (await Assert.ThrowsAsync<GostBtException>(() => Manager.ApplyAsync(Plan.Steps[3], CancellationToken.None))).Remedy, StringComparison.Ordinal);
    }
}
