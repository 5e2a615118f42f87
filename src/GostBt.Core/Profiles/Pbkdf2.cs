using System.Security.Cryptography;

namespace GostBt.Profiles;

/// <summary>PBKDF2 with HMAC-SHA256 (RFC 8018, section 5.2), which .NET Standard 2.0 has for SHA-1 only. One block: 32 bytes.</summary>
internal static class Pbkdf2
{
    /// <summary>The bytes it makes.</summary>
    public const int Length = 32;

    public static byte[] Derive(byte[] password, byte[] salt, int iterations)
    {
        using var hmac = new HMACSHA256(password);
        var block = new byte[salt.Length + 4];
        salt.CopyTo(block, 0);
        block[block.Length - 1] = 1;
        var last = hmac.ComputeHash(block);
        var result = (byte[])last.Clone();
        for (var i = 1; i < iterations; i++)
        {
            last = hmac.ComputeHash(last);
            for (var j = 0; j < result.Length; j++)
            {
                result[j] ^= last[j];
            }
        }

        return result;
    }
}
