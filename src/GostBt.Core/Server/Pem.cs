using GostBt.Gost.Supply;

namespace GostBt.Server;

/// <summary>Certificates in PEM (RFC 7468).</summary>
internal static class Pem
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    /// <summary>The DER form of the first certificate.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static byte[] Decode(string pem) => DecodeAll(pem)[0];

    /// <summary>The SHA-256 of the first certificate's DER form, upper-case hex, as certificates' fingerprints are shown.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static string Fingerprint(string pem) => FileHash.Of(Decode(pem)).ToUpperInvariant();

    /// <summary>The DER form of each certificate, at least one.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static IReadOnlyList<byte[]> DecodeAll(string pem)
    {
        var found = new List<byte[]>();
        for (var start = pem.IndexOf(Begin, StringComparison.Ordinal); start >= 0; start = pem.IndexOf(Begin, start, StringComparison.Ordinal))
        {
            start += Begin.Length;
            var end = pem.IndexOf(End, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            found.Add(Convert.FromBase64String(pem.Substring(start, end - start).Trim()));
            start = end;
        }

        return found.Count > 0 ? found : throw new FormatException("This is no PEM certificate.");
    }
}
