namespace GostBt.Gost;

/// <summary>TLS of a listener (certificate and key) or of a dialer (what it trusts).</summary>
public sealed record GostTls
{
    /// <summary>The listener's certificate, PEM.</summary>
    public string? CertFile { get; init; }

    /// <summary>The listener's key, PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What a dialer trusts, PEM; a self-signed certificate here pins the far end.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether a dialer verifies at all; gost's default is no, GostBt always writes yes.</summary>
    public bool? Secure { get; init; }

    /// <summary>The name a dialer sends and verifies.</summary>
    public string? ServerName { get; init; }
}
