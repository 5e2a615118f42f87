using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>Reads <c>tls</c> of a listener or a dialer.</summary>
internal static class TlsReader
{
    /// <summary>gost makes up a certificate where none is given, which nobody could pin; here it must be given.</summary>
    internal static GostTls? ForListener(StrictMapping part, bool encrypted)
    {
        if (Section(part, encrypted) is not { } tls)
        {
            return encrypted ? throw part.Problem("a tls or wss listener needs tls.certFile and tls.keyFile") : null;
        }

        var read = new GostTls { CertFile = tls.RequiredText("certFile"), KeyFile = tls.RequiredText("keyFile") };
        tls.Done("certFile", "keyFile");
        return read;
    }

    internal static GostTls? ForDialer(StrictMapping part, bool encrypted)
    {
        if (Section(part, encrypted) is not { } tls)
        {
            return null;
        }

        var read = new GostTls { CaFile = tls.Text("caFile"), Secure = tls.Flag("secure"), ServerName = tls.Text("serverName") };
        tls.Done("caFile", "secure", "serverName");
        return read;
    }

    private static StrictMapping? Section(StrictMapping part, bool encrypted)
    {
        var tls = part.Mapping("tls");
        return tls is null || encrypted ? tls : throw part.Problem("tls", "'tls' belongs to the types tls and wss only");
    }
}
