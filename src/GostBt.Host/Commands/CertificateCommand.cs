using System.CommandLine;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt certificate</c>: run on the server by the deployment, so that the key is made where it is used and never travels.</summary>
internal static class CertificateCommand
{
    public static Command Create()
    {
        var certificate = new Option<FileInfo>("--cert") { Description = "The certificate file to write (PEM).", Required = true, HelpName = "FILE" };
        var key = new Option<FileInfo>("--key") { Description = "The private key file to write (PEM, mode 0600).", Required = true, HelpName = "FILE" };
        var name = new Option<string>("--name") { Description = "The DNS name in it, which clients verify.", DefaultValueFactory = _ => "gostbt", HelpName = "NAME" };
        var renew = new Option<bool>("--renew") { Description = "Keep the key in the key file; only the certificate is made anew, and replaced." };
        var command = new Command("certificate", "Makes a self-signed TLS certificate (ECDSA P-256) and prints its SHA-256 fingerprint.") { certificate, key, name, renew };
        command.Run(async (result, cancellationToken) =>
        {
            var (certificatePath, keyPath) = (result.GetValue(certificate)!.FullName, result.GetValue(key)!.FullName);
            ServerCertificate made;
            if (result.GetValue(renew))
            {
                made = ServerCertificate.Renew(keyPath, result.GetValue(name)!, DateTimeOffset.UtcNow);
                await made.ReplaceAsync(certificatePath, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                made = ServerCertificate.Create(result.GetValue(name)!, DateTimeOffset.UtcNow);
                await made.SaveAsync(certificatePath, keyPath, cancellationToken).ConfigureAwait(false);
            }

            await Console.Out.WriteLineAsync(made.Fingerprint).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
