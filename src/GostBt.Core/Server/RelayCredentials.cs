using System.Security.Cryptography;

namespace GostBt.Server;

/// <summary>Makes the user and the password of a relay: 128 and 256 random bits, in hexadecimal so that no format has to quote them.</summary>
internal static class RelayCredentials
{
    private const int UsernameBytes = 16;
    private const int PasswordBytes = 32;

    public static (string Username, string Password) Create() => (Random(UsernameBytes), Random(PasswordBytes));

    private static string Random(int count)
    {
        var bytes = new byte[count];
        using var source = RandomNumberGenerator.Create();
        source.GetBytes(bytes);
        return BitConverter.ToString(bytes).Replace("-", string.Empty).ToLowerInvariant();
    }
}
