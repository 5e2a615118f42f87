using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class PublicKeyPinTests
{
    [Fact]
    public void A_renewed_certificate_has_the_pin_of_the_one_before()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = Certificate(key, 30);
        using var renewed = Certificate(key, 300);
        using var stranger = Certificate(other, 30);

        Assert.Equal("sha256/" + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), PublicKeyPin.Of(first.RawData));
        Assert.Equal(PublicKeyPin.Of(first.RawData), PublicKeyPin.Of(renewed.RawData));
        Assert.NotEqual(PublicKeyPin.Of(first.RawData), PublicKeyPin.Of(stranger.RawData));
        Assert.Equal(
            [PublicKeyPin.Of(first.RawData), PublicKeyPin.Of(stranger.RawData)],
            PublicKeyPin.AllOf(first.ExportCertificatePem() + "\n" + stranger.ExportCertificatePem() + "\n"));
    }

    [Fact]
    public void An_RSA_key_s_pin_is_found_too()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=gostbt", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        Assert.Equal("sha256/" + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), PublicKeyPin.Of(certificate.RawData));
    }

    [Fact]
    public void Whatever_is_no_certificate_is_said_to_be_none()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Certificate(key, 30);
        var der = certificate.RawData;

        for (var length = 0; length < der.Length; length++)
        {
            Assert.Throws<FormatException>(() => PublicKeyPin.Of(der[..length]));
        }

        var random = new Random(6666);
        for (var i = 0; i < 10_000; i++)
        {
            var mutated = der.ToArray();
            mutated[random.Next(der.Length)] = (byte)random.Next(256);
            mutated[random.Next(40)] = (byte)random.Next(256);
            try
            {
                Assert.StartsWith("sha256/", PublicKeyPin.Of(mutated), StringComparison.Ordinal);
            }
            catch (FormatException)
            {
                // Said to be none.
            }
        }

        Assert.Throws<FormatException>(() => PublicKeyPin.AllOf("nothing"));
        Assert.Throws<FormatException>(() => PublicKeyPin.AllOf("-----BEGIN CERTIFICATE-----\nAAAA\n"));
    }

    private static X509Certificate2 Certificate(ECDsa key, int days) =>
        new CertificateRequest("CN=gostbt", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
}
