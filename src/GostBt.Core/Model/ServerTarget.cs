using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace GostBt.Model;

/// <summary>Where the server is reached by ssh: <c>[user@]host[:port]</c>, an IPv6 address with a port in brackets.</summary>
/// <param name="Host">A DNS name, an address, or an alias of <c>~/.ssh/config</c>.</param>
/// <param name="User">The login; null leaves it to ssh.</param>
/// <param name="Port">1 to 65535; null leaves it to ssh (22, or what its configuration says).</param>
public sealed record ServerTarget(string Host, string? User = null, int? Port = null)
{
    // A leading hyphen would be an option to ssh, and nothing a shell or ssh's own %-expansion gives meaning to is let in.
    private static readonly Regex HostForm = new("\\A[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})\\z", RegexOptions.CultureInvariant);
    private static readonly Regex UserForm = new("\\A[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,63})\\z", RegexOptions.CultureInvariant);

    /// <param name="text"><c>[user@]host[:port]</c>.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static ServerTarget Parse(string text)
    {
        var rest = text ?? string.Empty;
        string? user = null;
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            user = rest.Substring(0, at);
            rest = rest.Substring(at + 1);
            if (!UserForm.IsMatch(user))
            {
                throw Bad(text);
            }
        }

        int? port = null;
        if (rest.StartsWith("[", StringComparison.Ordinal))
        {
            var close = rest.IndexOf(']');
            if (close < 0)
            {
                throw Bad(text);
            }

            port = ParsePort(rest.Substring(close + 1), text);
            rest = rest.Substring(1, close - 1);
        }
        else if (rest.IndexOf(':') is var colon and >= 0 && rest.LastIndexOf(':') == colon)
        {
            port = ParsePort(rest.Substring(colon), text);
            rest = rest.Substring(0, colon);
        }

        return HostForm.IsMatch(rest) || (rest.IndexOf(':') >= 0 && IPAddress.TryParse(rest, out _))
            ? new ServerTarget(rest, user, port)
            : throw Bad(text);
    }

    /// <summary>Whether two names are one host's: upper and lower case are the same in DNS and to ssh.</summary>
    public static bool SameHost(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString()
    {
        var host = Host.IndexOf(':') >= 0 && Port is not null ? $"[{Host}]" : Host;
        return (User is null ? string.Empty : User + "@") + host + (Port is null ? string.Empty : ":" + Port.Value.ToString(CultureInfo.InvariantCulture));
    }

    private static int? ParsePort(string suffix, string? text)
    {
        if (suffix.Length == 0)
        {
            return null;
        }

        return suffix[0] == ':' && int.TryParse(suffix.Substring(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? PortNumber.Require(port, "ssh port")
            : throw Bad(text);
    }

    private static GostBtException Bad(string? text) => new(
        GostBtFailure.InvalidInput,
        $"'{text}' is not an ssh target.",
        "Give user@host, host, host:port or [IPv6 address]:port, such as root@vps.example.net.");
}
