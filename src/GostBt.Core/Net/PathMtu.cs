using System.Net;
using System.Net.NetworkInformation;

namespace GostBt.Net;

/// <summary>Finds the longest IPv4 packet that a way takes in one piece: echo requests that must not be fragmented, by halving.</summary>
internal static class PathMtu
{
    private const int Headers = 28; // IPv4 and ICMP
    private const int Least = 68; // RFC 791
    private const int Tries = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="address">Who answers.</param>
    /// <param name="most">The longest to try, bytes.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Null when not even the shortest is answered.</returns>
    public static Task<int?> FindAsync(IPAddress address, int most, CancellationToken cancellationToken) =>
        FindAsync(length => PassesAsync(address, length), most, cancellationToken);

    internal static async Task<int?> FindAsync(Func<int, Task<bool>> passes, int most, CancellationToken cancellationToken)
    {
        if (await passes(most).ConfigureAwait(false))
        {
            return most;
        }

        if (!await passes(Least).ConfigureAwait(false))
        {
            return null;
        }

        var (passed, failed) = (Least, most);
        while (failed - passed > 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var middle = (passed + failed) / 2;
            (passed, failed) = await passes(middle).ConfigureAwait(false) ? (middle, failed) : (passed, middle);
        }

        return passed;
    }

    private static async Task<bool> PassesAsync(IPAddress address, int length)
    {
        using var ping = new Ping();
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            try
            {
                var reply = await ping.SendPingAsync(address, (int)Patience.TotalMilliseconds, new byte[length - Headers], new PingOptions(64, dontFragment: true)).ConfigureAwait(false);
                if (reply.Status == IPStatus.Success)
                {
                    return true;
                }
            }
            catch (PingException)
            {
                // Too long for the device itself.
                return false;
            }
        }

        return false;
    }
}
