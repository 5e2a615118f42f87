using System.Globalization;
using System.Net;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Net;

/// <summary>Measures a running tunnel and checks all that it needs on this PC. Changes nothing.</summary>
public sealed class TunnelTester
{
    private const int Requests = 20;
    private const double LossToTell = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ISshConnector _ssh;
    private readonly ProfileStore _profiles;
    private readonly TunnelController _tunnels;
    private readonly IOperationLog _log;

    /// <param name="ssh">Reaches the server.</param>
    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="tunnels">Tells how the tunnel stands.</param>
    /// <param name="log">Told of each step.</param>
    public TunnelTester(ISshConnector ssh, ProfileStore profiles, TunnelController tunnels, IOperationLog log)
    {
        _ssh = ssh;
        _profiles = profiles;
        _tunnels = tunnels;
        _log = log;
    }

    /// <summary>Tests a tunnel.</summary>
    /// <param name="request">What to test.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/>; what is wrong with the tunnel is in the result.</exception>
    public async Task<GostBtTunnelTest> TestAsync(TunnelTestRequest request, CancellationToken cancellationToken)
    {
        var platform = TunnelPlatforms.Current();
        var profile = HomeProfile.Of(_profiles.Load(request.Name), platform);
        var tunnel = await _tunnels.GetAsync(request.Name, cancellationToken).ConfigureAwait(false);
        var findings = new TunnelFindings(profile);
        var what = $"Testing the tunnel '{request.Name}'";
        _log.Progress(what, "Checking this computer");
        if (!findings.OfState(tunnel) || !findings.OfDevice())
        {
            return new GostBtTunnelTest { Name = tunnel.Name, State = tunnel.State, Findings = findings.All };
        }

        await OfNetworkAsync(profile, platform, findings, cancellationToken).ConfigureAwait(false);
        _log.Progress(what, "Measuring the round trip");
        var server = TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress;
        var link = await MeasureAsync(server, cancellationToken).ConfigureAwait(false);
        var answers = findings.OfLink(link, LossToTell);
        _log.Progress(what, "Looking for the path's MTU");
        var mtu = answers ? await PathMtu.FindAsync(server, profile.Tunnel.Mtu, cancellationToken).ConfigureAwait(false) : null;
        findings.OfMtu(answers, mtu);
        var rate = answers && request.Server is { } login ? await RateAsync(profile, platform, login, request.Each, findings, what, cancellationToken).ConfigureAwait(false) : null;
        return new GostBtTunnelTest
        {
            Name = tunnel.Name,
            State = tunnel.State,
            RoundTripMilliseconds = link.MeanRoundTripMilliseconds,
            JitterMilliseconds = link.JitterMilliseconds,
            LossPercent = link.LossPercent,
            PathMtu = mtu,
            DownBitsPerSecond = rate?.Down,
            UpBitsPerSecond = rate?.Up,
            Findings = findings.All,
        };
    }

    private static async Task<LinkQuality> MeasureAsync(IPAddress server, CancellationToken cancellationToken)
    {
        var quality = new LinkQuality();
        using var farEnd = new FarEnd(server);
        for (var request = 0; request < Requests; request++)
        {
            quality.Add(TimeSpan.Zero, await farEnd.AskAsync(Patience).ConfigureAwait(false));
            if (request >= 3 && quality.LossPercent == 100)
            {
                break;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return quality;
    }

    private static async Task OfNetworkAsync(Profile profile, ITunnelPlatform platform, TunnelFindings findings, CancellationToken cancellationToken)
    {
        findings.OfOverlap(HomeNetworks.Overlapping(profile.Tunnel));
        try
        {
            foreach (var step in platform.Plan(profile).Steps)
            {
                findings.OfStep(step, await platform.Routes.IsPresentAsync(step, cancellationToken).ConfigureAwait(false));
            }

            var opening = FirewallOpening.For(profile.Tunnel.Interface, profile.Ports);
            findings.OfStep(opening, await platform.Routes.IsPresentAsync(opening, cancellationToken).ConfigureAwait(false));
        }
        catch (GostBtException e)
        {
            findings.Unknown("RoutesUnknown", e);
        }

        if (platform.Guard(profile, profile.Ports) is { } guard)
        {
            try
            {
                findings.OfGuard(guard, await platform.Routes.IsPresentAsync(guard, cancellationToken).ConfigureAwait(false));
            }
            catch (GostBtException e)
            {
                findings.Unknown("GuardUnknown", e);
            }
        }

        findings.OfProxy(await new LocalProxy(profile).AskAsync(cancellationToken).ConfigureAwait(false) is not null);
    }

    private async Task<(long Down, long Up)?> RateAsync(Profile profile, ITunnelPlatform platform, SshOptions login, TimeSpan each, TunnelFindings findings, string what, CancellationToken cancellationToken)
    {
        _log.Progress(what, string.Format(CultureInfo.InvariantCulture, "Measuring the throughput, {0:0.#} s each way", each.TotalSeconds));
        try
        {
            return await Throughput.MeasureAsync(_ssh, login, profile, platform, each, cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException e)
        {
            findings.Unknown("ThroughputUnknown", e);
            return null;
        }
    }
}
