using System.Collections.Concurrent;
using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Routing;

namespace GostBt.Engine.Udp;

/// <summary>The host names of one association's datagrams: looked up beside the stream of datagrams, a few at a time, and kept for a minute.</summary>
internal sealed class UdpNames(Router router)
{
    private const int MaximumLookups = 32;
    private const int MaximumNames = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (IReadOnlyList<IPAddress> Addresses, long Until)> _known = new(StringComparer.OrdinalIgnoreCase);
    private int _lookups;

    /// <summary>What is known of a name without asking.</summary>
    internal bool TryGet(string name, out IReadOnlyList<IPAddress> addresses)
    {
        var found = _known.TryGetValue(name, out var known) && known.Until > Environment.TickCount64;
        addresses = found ? known.Addresses : [];
        return found;
    }

    /// <summary>Asks; null where the name has no address, or where too many are asked for at the moment.</summary>
    internal async Task<IReadOnlyList<IPAddress>?> LookUpAsync(Destination destination, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _lookups) > MaximumLookups)
            {
                return null;
            }

            var addresses = await router.ResolveAsync(destination, cancellationToken).ConfigureAwait(false);
            if (_known.Count >= MaximumNames)
            {
                _known.Clear();
            }

            _known[destination.Name!] = (addresses, Environment.TickCount64 + (long)Lifetime.TotalMilliseconds);
            return addresses;
        }
        catch (RouteException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _lookups);
        }
    }
}
