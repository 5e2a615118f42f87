using System.Security.Cryptography;

namespace GostBt.Server;

/// <summary>What a client pins: the SHA-256 of a certificate's public key (its SubjectPublicKeyInfo, as in RFC 7469). It stays the same when the certificate is renewed with its key.</summary>
public static class PublicKeyPin
{
    private const byte Sequence = 0x30;
    private const byte Version = 0xa0;

    // TBSCertificate (RFC 5280, section 4.1) between the version and the key: serial number, signature algorithm, issuer, validity, subject.
    private const int FieldsBeforeKey = 5;

    /// <param name="certificate">A certificate, DER.</param>
    /// <returns><c>sha256/</c> and base 64.</returns>
    /// <exception cref="FormatException">It is no certificate.</exception>
    public static string Of(byte[] certificate)
    {
        var (start, length) = KeyOf(certificate);
        using var sha = SHA256.Create();
        return "sha256/" + Convert.ToBase64String(sha.ComputeHash(certificate, start, length));
    }

    /// <summary>The pins of all certificates in a PEM text.</summary>
    /// <exception cref="FormatException">There is none, or one cannot be read.</exception>
    internal static IReadOnlyList<string> AllOf(string pem) => [.. Pem.DecodeAll(pem).Select(Of)];

    private static (int Start, int Length) KeyOf(byte[] der)
    {
        var (at, _, _) = Enter(der, 0, Sequence);
        (at, _, _) = Enter(der, at, Sequence);
        if (at < der.Length && der[at] == Version)
        {
            at = Enter(der, at, Version).Next;
        }

        for (var field = 0; field < FieldsBeforeKey; field++)
        {
            at = Enter(der, at, null).Next;
        }

        return (at, Enter(der, at, Sequence).Next - at);
    }

    // A tag, a definite length, a value (ITU-T X.690).
    private static (int Value, int Length, int Next) Enter(byte[] der, int at, byte? tag)
    {
        if (at + 1 >= der.Length || (tag is not null && der[at] != tag))
        {
            throw NoCertificate();
        }

        int length = der[at + 1];
        var value = at + 2;
        if (length >= 0x80)
        {
            var count = length - 0x80;
            if (count is 0 or > 3 || value + count > der.Length)
            {
                throw NoCertificate();
            }

            length = 0;
            for (var i = 0; i < count; i++)
            {
                length = (length << 8) | der[value++];
            }
        }

        // The value of every part that is entered is followed by another part, or holds one.
        return length > 0 && value + length <= der.Length ? (value, length, value + length) : throw NoCertificate();
    }

    private static FormatException NoCertificate() => new("This is no X.509 certificate.");
}
