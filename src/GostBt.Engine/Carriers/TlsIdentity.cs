using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GostBt.Engine.Files;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Carriers;

/// <summary>
/// What a listener shows of itself: certificate, key, and how it speaks TLS. Files that are replaced count for the next connection; those that stand keep
/// what they have. While the new files do not fit together the old ones stay in use.
/// </summary>
internal sealed class TlsIdentity
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly GostTls _tls;
    private readonly string _service;
    private readonly EngineLog _log;
    private readonly WatchedFiles _files;
    private SslServerAuthenticationOptions _options;

    private TlsIdentity(GostTls tls, string service, EngineLog log)
    {
        _tls = tls;
        _service = service;
        _log = log;
        _files = new WatchedFiles(TakeUp, Complain, Interval, tls.CertFile!, tls.KeyFile!);
        _options = Read();
    }

    /// <exception cref="GostBtException">The files cannot be read or do not belong together.</exception>
    internal static TlsIdentity Load(GostTls tls, string service, EngineLog log)
    {
        try
        {
            return new TlsIdentity(tls, service, log);
        }
        catch (Exception e) when (WatchedFiles.IsOfFiles(e))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"Service '{service}' cannot use its certificate '{tls.CertFile}' with its key: {e.Message}",
                "Give a PEM certificate and its PEM key, both readable by the engine.",
                e);
        }
    }

    /// <exception cref="AuthenticationException">The client does not speak TLS as it should.</exception>
    internal async ValueTask<TlsStream> AcceptAsync(Stream inner, CancellationToken cancellationToken)
    {
        var stream = new TlsStream(inner);
        try
        {
            await stream.AuthenticateAsServerAsync(Current(), cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            // .NET 10 reads a ClientHello's extensions before TLS itself does, and may read past the end of one that is cut short.
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationException("The client's hello is malformed.", e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void TakeUp()
    {
        Volatile.Write(ref _options, Read());
        _log.Info($"service {_service}: took up its new certificate");
    }

    private void Complain(string problem) => _log.Warn($"service {_service}: keeps its old certificate, the new one cannot be used: {problem}");

    private SslServerAuthenticationOptions Current()
    {
        _files.Refresh();
        return Volatile.Read(ref _options);
    }

    private SslServerAuthenticationOptions Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_tls.CertFile!);
        using var ephemeral = FirstThatFits(chain, File.ReadAllText(_tls.KeyFile!));

        // Windows' TLS cannot use a key that was never in one of its containers; through PKCS 12 it has been in one.
        var certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), password: null);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
        };
    }

    // While a key is being replaced the file holds the certificates of both. What remains in the collection goes with it as its chain.
    private static X509Certificate2 FirstThatFits(X509Certificate2Collection certificates, string keyPem)
    {
        Exception? problem = null;
        foreach (var certificate in certificates)
        {
            try
            {
                var pair = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), keyPem);
                certificates.Remove(certificate);
                return pair;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                problem ??= e;
            }
        }

        throw problem ?? new CryptographicException("there is no certificate in it");
    }
}
