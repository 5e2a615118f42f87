using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public class EngineFaultTests
{
    [Theory]
    [InlineData("""{"kind":"dialer","level":"error","msg":"dial tcp 127.0.0.1:9: connect: connection refused","node":"server"}""", "dial tcp 127.0.0.1:9: connect: connection refused")]
    [InlineData("""{"level":"fatal","msg":"listen \"x\""}""", "listen \"x\"")]
    [InlineData("2026-11-22T10:00:00.000Z warn tun: not connected: Connection refused.. Trying again.", "tun: not connected: Connection refused")]
    [InlineData("2026-11-22T10:00:00.000Z info certificate loaded", null)]
    [InlineData("""{"level":"info","msg":"error free"}""", null)]
    [InlineData("""{"kind":"listener","level":"error","listener":"tun","msg":"file exists","service":"tun"}""", null)]
    [InlineData("", null)]
    public void Only_lines_of_errors_count(string line, string? expected) => Assert.Equal(expected, EngineFault.ErrorOf(line));

    [Theory]
    [InlineData("tls: failed to verify certificate: x509: certificate signed by unknown authority", GostBtFailure.VerificationFailed, true)]
    [InlineData("The far end cannot be trusted: its key sha256/AA= is not the pinned one (sha256/BB=)", GostBtFailure.VerificationFailed, true)]
    [InlineData("The far end's relay refuses: wrong user or password", GostBtFailure.AuthenticationFailed, true)]
    [InlineData("relay: 2 Unauthorized", GostBtFailure.AuthenticationFailed, true)]
    [InlineData("listen tcp 127.0.0.1:5522: bind: address already in use", GostBtFailure.Conflict, true)]
    [InlineData("dial tcp 198.51.100.10:8443: connect: connection refused", GostBtFailure.HostUnreachable, false)]
    [InlineData("dial tcp 198.51.100.10:8443: i/o timeout", GostBtFailure.HostUnreachable, false)]
    [InlineData("The chain's node 198.51.100.10:8443 does not answer: Permission denied.", GostBtFailure.HostUnreachable, false)]
    [InlineData("dial tcp 198.51.100.10:8443: connect: operation not permitted", GostBtFailure.HostUnreachable, false)]
    [InlineData("dial tcp 198.51.100.10:8443: connect: permission denied", GostBtFailure.HostUnreachable, false)]
    [InlineData("Service tun: /dev/net/tun: Operation not permitted", GostBtFailure.NotPrivileged, true)]
    [InlineData("Service tun: C:\\GostBt\\wintun.dll is wintun for arm64; this program is amd64. Run Install-GostBtEngine", GostBtFailure.UnsupportedSystem, true)]
    [InlineData("The interface name gost_tun is taken: there is another network adapter of that name.", GostBtFailure.Conflict, true)]
    [InlineData("Wintun refuses the adapter gost_tun: Access is denied (error 5 of Windows). Run it as administrator.", GostBtFailure.NotPrivileged, true)]
    [InlineData("Wintun refuses the adapter gost_tun: A device does not function (error 31 of Windows).", GostBtFailure.TunnelFailed, false)]
    [InlineData("something new", GostBtFailure.TunnelFailed, false)]
    [InlineData(null, GostBtFailure.TunnelFailed, false)]
    public void An_error_becomes_a_reason_and_says_whether_trying_again_can_help(string? error, GostBtFailure failure, bool final)
    {
        var explained = EngineFault.Explain(error, "waiting for 192.168.123.1 to answer");

        Assert.Equal(failure, explained.Failure);
        Assert.Equal(final, EngineFault.IsFinal(explained.Failure));
        Assert.StartsWith("waiting for 192.168.123.1 to answer: ", explained.Message, StringComparison.Ordinal);
        Assert.NotEmpty(explained.Remedy);
    }

    [Theory]
    [InlineData(GostBtFailure.VerificationFailed, false)]
    [InlineData(GostBtFailure.AuthenticationFailed, false)]
    [InlineData(GostBtFailure.Conflict, true)]
    public void Who_answers_in_the_servers_place_does_not_end_a_tunnel_that_was_up(GostBtFailure failure, bool final) =>
        Assert.Equal(final, EngineFault.IsFinal(failure, wasUp: true));
}
