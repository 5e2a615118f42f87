using System.Globalization;
using System.Net;

namespace GostBt.Engine.Addresses;

/// <summary>A <c>host:port</c> as gost's configuration writes it: the host may be empty (every address) or an IPv6 literal in brackets.</summary>
/// <param name="Host">Without brackets; empty for every address of this machine.</param>
/// <param name="Port">0 to 65535.</param>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <returns>False for anything else than one host and one port in range.</returns>
    internal static bool TryParse(string text, out HostPort value)
    {
        value = default;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > ushort.MaxValue)
        {
            return false;
        }

        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!host.Contains(':', StringComparison.Ordinal) || !IPAddress.TryParse(host, out _))
            {
                return false;
            }
        }
        else if (host.Contains(':', StringComparison.Ordinal) || host.AsSpan().ContainsAny(" \t/[]"))
        {
            return false;
        }

        value = new HostPort(host, port);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for a text that the configuration's reader has already let through.</summary>
    internal static HostPort Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not [host]:port.");

    /// <summary>The host's addresses, at least one, in the order to try them; nobody is asked about one that is an address itself.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It has no address.</exception>
    internal ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(IHostResolver resolver, CancellationToken cancellationToken) =>
        IPAddress.TryParse(Host, out var literal) ? ValueTask.FromResult<IReadOnlyList<IPAddress>>([literal]) : resolver.ResolveAsync(Host, cancellationToken);

    /// <summary>The one address to listen on: of several that a name has the first IPv4 one, as gost has it.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It has no address.</exception>
    internal async ValueTask<IPAddress> ResolveLocalAsync(IHostResolver resolver, CancellationToken cancellationToken) =>
        (await ResolveAsync(resolver, cancellationToken).ConfigureAwait(false)).Ipv4First().First();

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
