using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Routing;

namespace GostBt.Core.Tests.Routing;

public class RoutePlanTests
{
    [Fact]
    public void Only_the_tunnel_s_address_is_routed_into_it_and_libtorrent_sees_a_default_route()
    {
        var table = RoutePlan.TableOf("home");

        Assert.Equal(
            $"""
            tun gost_tun
            dev gost_tun up mtu 1420
            address 192.168.123.2/24 dev gost_tun
            default dev gost_tun table {table}
            rule 5200: from 192.168.123.2 lookup {table}
            throw default table main metric {1_900_000_000 + table}
            default dev gost_tun table main metric {2_000_000_000 + table}
            """,
            RoutePlan.For(Samples.Profile).ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Where_the_server_publishes_IPv6_only_the_tunnel_s_IPv6_address_is_routed_into_it_and_nothing_else_becomes_reachable()
    {
        var table = RoutePlan.TableOf("home");
        var profile = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8:10::10" } };

        Assert.Equal(
            $"""
            address fd7a:6f73:7462:bba8::2/64 dev gost_tun
            IPv6 default dev gost_tun table {table} metric 1024
            rule 5200: from fd7a:6f73:7462:bba8::2 lookup {table}
            """,
            string.Join('\n', RoutePlan.For(profile).Steps.Where(step => step.IsIPv6)));
        Assert.Equal(RoutePlan.For(Samples.Profile).Steps, RoutePlan.For(profile).Steps.Where(step => !step.IsIPv6));
    }

    [Fact]
    public void Its_default_route_of_the_main_table_is_out_of_reach_and_no_other_tunnel_s()
    {
        var plans = new[] { Samples.Profile, Samples.Profile with { Name = new ProfileName("nas-2") } }.Select(RoutePlan.For).ToList();
        var routes = plans.Select(plan => plan.Steps.OfType<DefaultRoute>().Single(route => route.Table is null)).ToList();
        var ends = plans.Select(plan => plan.Steps.OfType<ThrowRoute>().Single()).ToList();

        Assert.All(routes, route => Assert.InRange(route.Metric!.Value, 2_000_000_000u, (uint)int.MaxValue));
        Assert.All(ends, end => Assert.All(routes, route => Assert.True(end.Metric < route.Metric)));
        Assert.Equal(2, routes.Select(route => route.Metric).Distinct().Count());
        Assert.Equal(2, ends.Distinct().Count());
    }

    [Fact]
    public void A_profile_always_has_the_same_table_and_another_profile_another()
    {
        var other = Samples.Profile with { Name = new ProfileName("nas-2") };

        Assert.Equal(RoutePlan.For(Samples.Profile).Steps, RoutePlan.For(Samples.Profile).Steps);
        Assert.NotEqual(RoutePlan.For(Samples.Profile).Steps[3], RoutePlan.For(other).Steps[3]);
    }

    [Fact]
    public void On_Windows_the_adapter_s_own_default_routes_are_enough()
    {
        var profile = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8:10::10" } };

        Assert.Equal(
            """
            dev gost_tun metric 9999 mtu 1420
            address 192.168.123.2/24 dev gost_tun
            default dev gost_tun table main metric 9999
            IPv6 dev gost_tun metric 9999 mtu 1420
            address fd7a:6f73:7462:bba8::2/64 dev gost_tun
            IPv6 default dev gost_tun table main metric 9999
            """,
            RoutePlan.ForWindows(profile).ToString().ReplaceLineEndings("\n"));
        Assert.DoesNotContain(RoutePlan.ForWindows(Samples.Profile).Steps, step => step.IsIPv6);
    }
}
