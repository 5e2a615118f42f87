using System.Security.Authentication;
using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public class TlsVersionsTests
{
    [Theory]
    [InlineData(".NET Framework 4.8.9310.0", SslProtocols.Tls12)]
    [InlineData(".NET 10.0.1", SslProtocols.None)]
    [InlineData(".NET Core 3.1.32", SslProtocols.None)]
    public void Windows_PowerShell_offers_TLS_1_2_and_everybody_else_what_the_system_does(string framework, SslProtocols offered) =>
        Assert.Equal(offered, TlsVersions.Of(framework));
}
