using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace GostBt.Net;

/// <summary>The versions of TLS that a connection offers.</summary>
internal static class TlsVersions
{
    /// <summary>Here.</summary>
    public static SslProtocols Offered { get; } = Of(RuntimeInformation.FrameworkDescription);

    /// <param name="framework">.NET's own description of itself.</param>
    /// <returns>TLS 1.2 on .NET Framework (Windows PowerShell), which may otherwise offer nothing newer than TLS 1.0; elsewhere what the system does.</returns>
    public static SslProtocols Of(string framework)
    {
        var isFramework = framework.StartsWith(".NET Framework", StringComparison.Ordinal);
        return isFramework ? SslProtocols.Tls12 : SslProtocols.None;
    }
}
