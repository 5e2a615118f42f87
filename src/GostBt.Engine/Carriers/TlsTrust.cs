using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GostBt.Engine.Files;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Carriers;

/// <summary>
/// What a dialer trusts (go-gost/x/internal/util/tls LoadClientConfig): with a CA file, chains that end in it and nothing else, so a
/// self-signed certificate there pins the far end; <c>secure</c> also checks the name; with neither, as in gost, nothing is checked.
/// Beyond gost, the public key of a certificate in the CA file is trusted in whatever certificate it comes, so that a renewed one needs no
/// change here; and a CA file that is replaced counts for the next connection.
/// </summary>
internal sealed class TlsTrust
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly WatchedFiles? _file;
    private readonly bool _secure;
    private readonly string _serverName;
    private X509Certificate2Collection? _authorities;

    private TlsTrust(string? file, bool secure, string serverName)
    {
        if (file is not null)
        {
            // What was trusted stays so until the file can be used again; a far end that shows something else is complaint enough.
            _file = new WatchedFiles(() => Volatile.Write(ref _authorities, Read(file)), _ => { }, Interval, file);
            _authorities = Read(file);
        }

        _secure = secure;
        _serverName = serverName;
    }

    /// <param name="tls">The dialer's settings, if any.</param>
    /// <param name="host">The far end's host, the name where the settings give none.</param>
    /// <exception cref="GostBtException">The CA file cannot be used.</exception>
    internal static TlsTrust Load(GostTls? tls, string host)
    {
        try
        {
            return new TlsTrust(tls?.CaFile, tls?.Secure ?? false, tls?.ServerName ?? host);
        }
        catch (Exception e) when (WatchedFiles.IsOfFiles(e))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"The CA file '{tls!.CaFile}' holds no certificate that can be read: {e.Message}",
                "Give a PEM file with the far end's certificate or its authority.",
                e);
        }
    }

    /// <exception cref="IOException">The far end cannot be trusted, or does not speak TLS as it should.</exception>
    internal async ValueTask<TlsStream> ConnectAsync(Stream inner, CancellationToken cancellationToken)
    {
        var stream = new TlsStream(inner);
        var problem = "it does not speak TLS as it should";
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = _serverName,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        var verdict = Judge(certificate, chain, errors);
                        problem = verdict ?? problem;
                        return verdict is null;
                    },
                },
                cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (AuthenticationException e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"The far end cannot be trusted: {problem}.", e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static X509Certificate2Collection Read(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is none in it");
    }

    private static string PinOf(X509Certificate2 certificate) => "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private X509Certificate2Collection? Authorities()
    {
        _file?.Refresh();
        return Volatile.Read(ref _authorities);
    }

    // Null is trust; else the reason against it.
    private string? Judge(X509Certificate? shown, X509Chain? systemChain, SslPolicyErrors errors)
    {
        var authorities = Authorities();
        if (authorities is null && !_secure)
        {
            return null;
        }

        if (shown is not X509Certificate2 certificate)
        {
            return "it shows no certificate";
        }

        if (_secure && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"its certificate is not for '{_serverName}'";
        }

        if (authorities is null)
        {
            return errors == SslPolicyErrors.None ? null : "no authority this system trusts has signed its certificate";
        }

        var pin = PinOf(certificate);
        if (authorities.Any(authority => PinOf(authority) == pin))
        {
            return null;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (systemChain is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(systemChain.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate)
            ? null
            : $"its key {pin} is not the pinned one ({string.Join(", ", authorities.Select(PinOf))}), nor is its certificate signed by it";
    }
}
