using System.Security.Cryptography;
using System.Text;
using GostBt.Gost;

namespace GostBt.Engine.Services;

/// <summary>The users a service lets in. Comparing takes the same time whatever is right or wrong about what is presented.</summary>
internal sealed class Credentials
{
    private readonly byte[][] _digests;

    private Credentials(IEnumerable<GostAuth> users) => _digests = [.. users.Select(Digest)];

    /// <summary>The users of a handler, or null where it lets everyone in.</summary>
    internal static Credentials? Of(GostHandler handler, IReadOnlyDictionary<string, GostAuther> authers)
    {
        var users = Users(handler, authers);
        return users.Count > 0 ? new Credentials(users) : null;
    }

    /// <summary>The users a handler names; none means that everyone may come.</summary>
    internal static IReadOnlyList<GostAuth> Users(GostHandler handler, IReadOnlyDictionary<string, GostAuther> authers)
    {
        if (handler.Auther is { } auther)
        {
            return authers[auther].Auths;
        }

        return handler.Auth is { } auth ? [auth] : [];
    }

    /// <summary>Whether this is one of the users with its password.</summary>
    internal bool Accept(GostAuth? presented)
    {
        var digest = Digest(presented ?? new GostAuth(string.Empty, string.Empty));
        var accepted = false;
        foreach (var known in _digests)
        {
            accepted |= CryptographicOperations.FixedTimeEquals(known, digest);
        }

        return accepted;
    }

    // Digests have one length, so neither the length of a name nor that of a password shows in the time.
    private static byte[] Digest(GostAuth auth)
    {
        var user = Encoding.UTF8.GetBytes(auth.Username);
        return SHA256.HashData([(byte)user.Length, .. user, .. Encoding.UTF8.GetBytes(auth.Password)]);
    }
}
