using System.Security.Cryptography;
using GostBt.Engine.Packets;
using GostBt.Gost;

namespace GostBt.Engine.Tun;

/// <summary>
/// Who may announce which tunnel address to a server: gost's auther, with the address as user name and the passphrase as password;
/// or, where there is only a passphrase, everyone who knows it; or, with neither, everyone who can reach the socket.
/// </summary>
internal sealed class TunAuthenticator
{
    private readonly Dictionary<TunnelAddress, byte[]>? _passwords;
    private readonly byte[]? _passphrase;

    private TunAuthenticator(Dictionary<TunnelAddress, byte[]>? passwords, byte[]? passphrase)
    {
        _passwords = passwords;
        _passphrase = passphrase;
    }

    /// <summary>Reads a server's handler.</summary>
    /// <exception cref="Model.GostBtException">A user name is no address, or a password is too long to ever match.</exception>
    internal static TunAuthenticator From(GostService service, GostConfiguration configuration, TunSettings settings)
    {
        IReadOnlyList<GostAuth>? users = null;
        if (service.Handler.Auther is { } name)
        {
            users = configuration.Authers.FirstOrDefault(a => a.Name == name)?.Auths
                ?? throw TunSettings.Invalid(service, $"there is no auther '{name}'", "Add it to authers, or correct the handler's auther.");
        }
        else if (service.Handler.Auth is { } single)
        {
            users = [single];
        }

        if (users is null)
        {
            return new TunAuthenticator(null, settings.Passphrase.IsEmpty ? null : Pad(settings.Passphrase.Span));
        }

        var passwords = new Dictionary<TunnelAddress, byte[]>();
        foreach (var user in users)
        {
            if (!System.Net.IPAddress.TryParse(user.Username, out var address))
            {
                throw TunSettings.Invalid(service, "its auther has a user name that is no address", "A TUN server's users are tunnel addresses: username: 192.168.123.2.");
            }

            passwords[TunnelAddress.From(address)] = Pad(TunPassphrase.Read(service, user.Password).Span);
        }

        return new TunAuthenticator(passwords, null);
    }

    /// <summary>Whether a keepalive with this passphrase may announce this address. Takes the same time for any wrong passphrase.</summary>
    /// <param name="address">What is announced.</param>
    /// <param name="passphrase">The 16 bytes of the keepalive.</param>
    internal bool Allows(TunnelAddress address, ReadOnlySpan<byte> passphrase)
    {
        var wanted = _passphrase;
        if (_passwords is not null && !_passwords.TryGetValue(address, out wanted))
        {
            return false;
        }

        return wanted is null || CryptographicOperations.FixedTimeEquals(wanted, passphrase);
    }

    private static byte[] Pad(ReadOnlySpan<byte> passphrase)
    {
        var padded = new byte[TunPassphrase.Size];
        passphrase.CopyTo(padded);
        return padded;
    }
}
