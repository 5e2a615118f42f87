namespace GostBt.Server;

/// <summary>The certificate that a server shows after <see cref="CertificateRotation"/>.</summary>
/// <param name="Fingerprint">SHA-256 of its DER form, upper-case hex.</param>
/// <param name="PublicKeyPin">See <see cref="Server.PublicKeyPin"/>.</param>
/// <param name="Expires">Its end.</param>
/// <param name="KeyChanged">Whether it has another key than before.</param>
public sealed record RenewedCertificate(string Fingerprint, string PublicKeyPin, DateTimeOffset Expires, bool KeyChanged);
