using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Carriers;

namespace GostBt.Engine.Routing;

/// <summary>
/// Decides for one service how destinations are reached, and reaches them. A host name is looked up first and every one of its addresses is decided
/// by itself; what was decided is what is dialled, so that a name cannot mean one thing to the rules and another to the connection.
/// </summary>
internal sealed class Router(Chain? chain, BypassList? reach, IHostResolver resolver)
{
    /// <summary>The chain, if the service has one.</summary>
    internal Chain? Chain => chain;

    /// <summary>Whether any destination may go direct.</summary>
    internal bool MayGoDirect => chain is null || chain.Bypass is not null;

    /// <summary>Whether a host name goes to the far end, which knows best what is near to it: here nothing is to be decided about its addresses.</summary>
    internal bool LeavesNamesToChain => chain is { Bypass: null } && reach is null;

    /// <summary>Changes whenever a verdict may.</summary>
    internal int Generation => (reach?.Generation ?? 0) + (chain?.Bypass?.Generation ?? 0);

    /// <summary>What becomes of traffic to an address.</summary>
    /// <param name="name">The host name it was looked up from, if it was.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    internal Verdict Judge(string? name, IPAddress address, int port)
    {
        if (reach is not null && reach.Refuses(name, address, port))
        {
            return Verdict.Refused;
        }

        return chain is null || (chain.Bypass is { } bypass && bypass.Contains(name, address, port)) ? Verdict.Direct : Verdict.Chain;
    }

    /// <summary>The destination's addresses.</summary>
    /// <exception cref="RouteException">There is no such host.</exception>
    internal async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(Destination destination, CancellationToken cancellationToken)
    {
        if (destination.Address is { } address)
        {
            return [address];
        }

        try
        {
            return await resolver.ResolveAsync(destination.Name!, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new RouteException(RouteFailure.HostUnreachable, e);
        }
    }

    /// <summary>Opens a TCP connection.</summary>
    /// <exception cref="RouteException">It cannot be reached; why is in it.</exception>
    internal async ValueTask<Stream> ConnectAsync(Destination destination, CancellationToken cancellationToken)
    {
        if (destination.Port == 0)
        {
            throw new RouteException(RouteFailure.HostUnreachable);
        }

        if (destination.Name is not null && LeavesNamesToChain)
        {
            return await ThroughChainAsync([destination], cancellationToken).ConfigureAwait(false);
        }

        var addresses = await ResolveAsync(destination, cancellationToken).ConfigureAwait(false);
        var verdicts = addresses.ToLookup(address => Judge(destination.Name, address, destination.Port));
        var chained = verdicts[Verdict.Chain].Ipv4First().Select(address => new Destination(null, address, destination.Port)).ToList();
        var direct = verdicts[Verdict.Direct].ToList();
        if (chained.Count > 0)
        {
            try
            {
                return await ThroughChainAsync(chained, cancellationToken).ConfigureAwait(false);
            }
            catch (RouteException) when (direct.Count > 0)
            {
                // Some of the host's addresses go direct by the user's own rule.
            }
        }

        return direct.Count > 0
            ? await DirectAsync(direct, destination.Port, cancellationToken).ConfigureAwait(false)
            : throw new RouteException(RouteFailure.Forbidden);
    }

    private static async ValueTask<Stream> DirectAsync(List<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await TcpDialer.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw RouteException.From(e);
        }
    }

    private async ValueTask<Stream> ThroughChainAsync(List<Destination> destinations, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await chain!.ConnectAsync(destinations[i], cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // Another address can only help where it was the address that failed, and not the far end.
                if (e is not Relay.RelayRefusedException || i == destinations.Count - 1)
                {
                    throw RouteException.From(e);
                }
            }
        }
    }
}
