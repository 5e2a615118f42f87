using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GostBt.Server;

/// <summary>What counts of a certificate that lies on a server.</summary>
/// <param name="Pin">See <see cref="PublicKeyPin"/>.</param>
/// <param name="End">When it ends.</param>
internal sealed record ServedCertificate(string Pin, DateTimeOffset End)
{
    /// <summary>Reads it; null where it is none.</summary>
    public static ServedCertificate? TryRead(string pem)
    {
        try
        {
            var der = Pem.Decode(pem);
            using var certificate = new X509Certificate2(der);
            return new ServedCertificate(PublicKeyPin.Of(der), new DateTimeOffset(certificate.NotAfter));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
