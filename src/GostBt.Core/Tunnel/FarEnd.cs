using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;

namespace GostBt.Tunnel;

/// <summary>The far TUN address, asked by ICMP echo (RFC 792).</summary>
internal sealed class FarEnd(IPAddress address) : IDisposable
{
    private readonly Ping _ping = new();

    /// <returns>The round trip, or null when there was no answer in time.</returns>
    public async Task<TimeSpan?> AskAsync(TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var reply = await _ping.SendPingAsync(address, (int)timeout.TotalMilliseconds).ConfigureAwait(false);
            return reply.Status == IPStatus.Success ? watch.Elapsed : null;
        }
        catch (PingException)
        {
            // The device or its route is not there (any more).
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ping.Dispose();
}
