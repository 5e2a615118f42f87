using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Tunnel;

namespace GostBt.Net;

/// <summary>Collects what a test of a tunnel finds, each with its remedy.</summary>
internal sealed class TunnelFindings(Profile profile)
{
    private const string Restart = "Stop and start the tunnel; if it comes back, find out what removes it.";

    private readonly List<TunnelFinding> _found = [];

    /// <summary>All of them, errors first.</summary>
    public IReadOnlyList<TunnelFinding> All => [.. _found.OrderByDescending(finding => finding.Severity)];

    /// <returns>Whether there is a tunnel to test.</returns>
    public bool OfState(GostBtTunnel tunnel)
    {
        if (tunnel.State == TunnelState.Degraded)
        {
            Warn("Degraded", tunnel.LastError ?? "The tunnel does not carry well.", "What follows may tell more; else see the agent's log.");
        }

        return Check(
            tunnel.State.Carries(),
            "NotUp",
            $"The tunnel is {tunnel.State}{(tunnel.LastError is { } error ? ": " + error : ".")}",
            tunnel.State.IsOver() ? $"Start-GostBtTunnel {profile.Name}" : "Wait for it, or see the agent's log.");
    }

    /// <returns>Whether the device is there.</returns>
    public bool OfDevice()
    {
        var device = new LocalTun(profile.Tunnel.Interface, profile.Tunnel.Client);
        return Check(device.Exists, "DeviceMissing", $"The device {profile.Tunnel.Interface} is not there.", Restart);
    }

    public void OfStep(RouteStep step, bool present)
    {
        var id = step switch
        {
            TunDevice => "DeviceMissing",
            DeviceLink => "DeviceDown",
            FirewallOpening => "OpeningMissing",
            DeviceAddress => "AddressMissing",
            SourceRule => "RuleMissing",
            _ => "RouteMissing",
        };
        if (step.IsVital)
        {
            Check(present, id, $"'{step}' is not there.", Restart);
        }
        else if (!present)
        {
            Warn(id, $"'{step}' is not there: peers may be kept out.", Restart);
        }
    }

    public void OfGuard(TunnelGuard guard, bool present)
    {
        if (!present)
        {
            Warn(
                "GuardMissing",
                $"The {guard} is not there, or not as it was made: whoever takes the server over can reach what else listens on this PC.",
                "Install nftables where 'nft' is missing; else the agent's log tells why.");
        }
    }

    public void OfProxy(bool listens) => Check(
        listens,
        "ProxySilent",
        string.Format(CultureInfo.InvariantCulture, "The SOCKS5 does not listen on {0}:{1} and 127.0.0.1.", profile.Tunnel.Client, profile.Proxy.Port),
        Restart);

    public void OfOverlap(string? device)
    {
        if (device is not null)
        {
            Warn("NetworkOverlaps", $"The tunnel's network {profile.Tunnel.Network} overlaps that of {device}.", HomeNetworks.Remedy(profile));
        }
    }

    /// <returns>Whether the far end answers.</returns>
    public bool OfLink(LinkQuality link, double lossToTell)
    {
        if (!Check(link.RoundTripMilliseconds is not null, "FarEndSilent", "The far TUN address does not answer.", "Test-GostBtServer tells how the server is."))
        {
            return false;
        }

        if (link.LossPercent >= lossToTell)
        {
            Warn("LossHigh", string.Format(CultureInfo.InvariantCulture, "{0:0} % of the requests had no answer.", link.LossPercent), "Check this PC's connection (Wi-Fi, a full line), then the server's.");
        }

        return true;
    }

    public void OfMtu(bool answers, int? mtu)
    {
        if (answers && (mtu is null || mtu < profile.Tunnel.Mtu))
        {
            Warn(
                "PathMtuSmall",
                string.Format(CultureInfo.InvariantCulture, "Packets of more than {0} bytes do not come through, although the tunnel's MTU is {1}.", mtu ?? 0, profile.Tunnel.Mtu),
                "Deploy with that as the tunnel's MTU.");
        }
    }

    /// <summary>Something could not be looked at.</summary>
    public void Unknown(string id, GostBtException why) => Warn(id, why.Message, why.Remedy);

    private bool Check(bool holds, string id, string message, string remedy)
    {
        if (!holds)
        {
            _found.Add(new TunnelFinding(id, FindingSeverity.Error, message, remedy));
        }

        return holds;
    }

    private void Warn(string id, string message, string remedy) => _found.Add(new TunnelFinding(id, FindingSeverity.Warning, message, remedy));
}
