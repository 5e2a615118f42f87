using System.Diagnostics;
using System.Net.NetworkInformation;

namespace GostBt.Tunnel;

/// <summary>This PC's way out, without the tunnel: a wait for another attempt ends early when it changes, so that waking up or plugging in a cable is not followed by a minute of waiting.</summary>
/// <param name="look">A text that differs when the network does.</param>
internal sealed class HomeNetwork(Func<string> look)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private string? _seen;

    /// <param name="tunnel">The tunnel's own device, which comes and goes with the engine.</param>
    public static HomeNetwork Without(string tunnel) => new(() => Describe(tunnel));

    /// <summary>Whether it is another one than at the last look; the first one tells nothing.</summary>
    public bool Changed()
    {
        var before = _seen;
        try
        {
            _seen = look();
        }
        catch (Exception e) when (e is IOException or NetworkInformationException)
        {
            // A device went while the system listed them, as a container's do; that is told of again.
            return false;
        }

        return before is not null && _seen != before;
    }

    /// <summary>Waits, at least a second, unless less is asked for.</summary>
    /// <returns>Whether the network changed, or this PC slept.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Changed();
        var wake = new WakeDetector();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < atMost;)
        {
            var left = atMost - watch.Elapsed;
            await Task.Delay(left < Pause ? left : Pause, cancellationToken).ConfigureAwait(false);
            if (wake.Slept(watch.Elapsed, DateTimeOffset.UtcNow) || Changed())
            {
                return true;
            }
        }

        return false;
    }

    private static string Describe(string tunnel) => string.Join(
        "\n",
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(device => device.Name != tunnel && device.NetworkInterfaceType != NetworkInterfaceType.Loopback && device.OperationalStatus != OperationalStatus.Down)
            .Select(device => (device.Name, Properties: device.GetIPProperties()))
            .Select(device => device.Name
                + " " + string.Join(" ", device.Properties.UnicastAddresses.Select(unicast => unicast.Address))
                + " via " + string.Join(" ", device.Properties.GatewayAddresses.Select(gateway => gateway.Address)))
            .OrderBy(line => line, StringComparer.Ordinal));
}
