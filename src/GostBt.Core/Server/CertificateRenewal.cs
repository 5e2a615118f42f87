namespace GostBt.Server;

/// <summary>What becomes of a server's certificate in an update.</summary>
public enum CertificateRenewal
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>It is renewed with the key it has.</summary>
    SameKey,

    /// <summary>It is renewed with a new key.</summary>
    NewKey,
}
