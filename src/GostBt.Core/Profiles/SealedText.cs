using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Profiles;

/// <summary>
/// A text that only who has the passphrase can read or change. Lines: <c>gostbt-sealed 1</c>; <c>pbkdf2-sha256 ITERATIONS SALT</c>; <c>aes-256-cbc IV TEXT</c>;
/// <c>hmac-sha256 TAG</c>, over all before it; binary values in base 64. Encrypted first, then authenticated, with a key of its own for each.
/// </summary>
internal static class SealedText
{
    /// <summary>How every such file begins.</summary>
    public const string Magic = "gostbt-sealed ";

    private const string Version = "1";
    private const string Derivation = "pbkdf2-sha256";
    private const string Cipher = "aes-256-cbc";
    private const string Authentication = "hmac-sha256";
    private const int Iterations = 600_000;

    // What a file may demand: below, a guesser's work would be cut short; above, a hostile file would keep the processor busy for minutes.
    private const int MostIterations = 10_000_000;
    private const int SaltLength = 16;
    private const int BlockLength = 16;

    /// <param name="text">What to seal.</param>
    /// <param name="passphrase">What opens it again.</param>
    public static string Seal(string text, SshPassword passphrase)
    {
        var salt = Random(SaltLength);
        var (encryption, authentication) = Keys(passphrase, salt, Iterations);
        using var aes = CreateAes(encryption, Random(BlockLength));
        using var encryptor = aes.CreateEncryptor();
        var plain = Encoding.UTF8.GetBytes(text);
        var cipherText = encryptor.TransformFinalBlock(plain, 0, plain.Length);
        Array.Clear(plain, 0, plain.Length);
        var head = string.Join(
            "\n",
            Magic + Version,
            $"{Derivation} {Iterations.ToString(CultureInfo.InvariantCulture)} {Convert.ToBase64String(salt)}",
            $"{Cipher} {Convert.ToBase64String(aes.IV)} {Convert.ToBase64String(cipherText)}",
            string.Empty);
        return head + $"{Authentication} {Convert.ToBase64String(Tag(authentication, head))}\n";
    }

    /// <param name="text">What <see cref="Seal"/> made.</param>
    /// <param name="source">Its file, as errors name it.</param>
    /// <param name="passphrase">What it was sealed with.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: it is damaged, of another version, or the passphrase is not its own.</exception>
    public static string Open(string text, string source, SshPassword passphrase)
    {
        var lines = text.Replace("\r\n", "\n").Split('\n');
        if (lines[0].StartsWith(Magic, StringComparison.Ordinal) && lines[0] != Magic + Version)
        {
            throw Bad($"{source} is of a version that this GostBt does not read.", "Import it with the GostBt that exported it, or a newer one.");
        }

        if (lines.Length != 5 || lines[4].Length > 0
            || Values(lines[1], Derivation, 2) is not { } derivation
            || Values(lines[2], Cipher, 2) is not { } cipher
            || Values(lines[3], Authentication, 1) is not { } tag
            || !int.TryParse(derivation[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < Iterations or > MostIterations
            || Bytes(derivation[1]) is not { Length: SaltLength } salt
            || Bytes(cipher[0]) is not { Length: BlockLength } iv
            || Bytes(cipher[1]) is not { Length: > 0 } cipherText
            || Bytes(tag[0]) is not { Length: Pbkdf2.Length } expected)
        {
            throw Bad($"{source} is damaged: it is cut off, or a line of it was changed.", "Copy it again from where it was exported, byte by byte.");
        }

        var (encryption, authentication) = Keys(passphrase, salt, iterations);
        if (!Same(Tag(authentication, string.Join("\n", lines.Take(3)) + "\n"), expected))
        {
            throw Bad($"{source} does not open: the passphrase is another one, or the file was changed.", "Give the passphrase it was exported with; if it is right, copy the file again.");
        }

        using var aes = CreateAes(encryption, iv);
        using var decryptor = aes.CreateDecryptor();
        return Encoding.UTF8.GetString(decryptor.TransformFinalBlock(cipherText, 0, cipherText.Length));
    }

    private static (byte[] Encryption, byte[] Authentication) Keys(SshPassword passphrase, byte[] salt, int iterations)
    {
        var password = passphrase.Copy();
        try
        {
            // One derivation, so that whoever guesses has to do all of it, and a key from it for each purpose (as in RFC 5869).
            using var hmac = new HMACSHA256(Pbkdf2.Derive(password, salt, iterations));
            return (hmac.ComputeHash(Encoding.ASCII.GetBytes("gostbt encryption")), hmac.ComputeHash(Encoding.ASCII.GetBytes("gostbt authentication")));
        }
        finally
        {
            Array.Clear(password, 0, password.Length);
        }
    }

    private static Aes CreateAes(byte[] key, byte[] iv)
    {
        var aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.PKCS7;
        aes.Key = key;
        aes.IV = iv;
        return aes;
    }

    private static byte[] Tag(byte[] key, string head)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(Encoding.ASCII.GetBytes(head));
    }

    // In a time that does not tell how far they agree.
    private static bool Same(byte[] one, byte[] other)
    {
        var difference = 0;
        for (var i = 0; i < one.Length; i++)
        {
            difference |= one[i] ^ other[i];
        }

        return difference == 0;
    }

    private static string[]? Values(string line, string key, int count)
    {
        var words = line.Split(' ');
        return words.Length == count + 1 && words[0] == key ? [.. words.Skip(1)] : null;
    }

    private static byte[]? Bytes(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Random(int length)
    {
        using var random = RandomNumberGenerator.Create();
        var bytes = new byte[length];
        random.GetBytes(bytes);
        return bytes;
    }

    private static GostBtException Bad(string message, string remedy) => new(GostBtFailure.InvalidInput, message, remedy);
}
