namespace GostBt.Engine.Tests.Support;

/// <summary>gost configurations as tests need them.</summary>
internal static class Configurations
{
    internal const string User = "home";
    internal const string Password = "s3cret of the house";

    /// <summary>A relay server that lets in <see cref="User"/> only.</summary>
    /// <param name="carrier">tcp, tls, ws or wss.</param>
    /// <param name="certificate">What it shows of itself, for tls and wss.</param>
    /// <param name="addr">Where it listens.</param>
    /// <param name="reach">The body of a bypass that limits what clients may reach, as a YAML flow mapping without braces.</param>
    /// <param name="nodelay">gost keeps its answer back until the destination speaks without it.</param>
    internal static string RelayServer(string carrier, TestCertificate? certificate, string addr = "127.0.0.1:0", string reach = "", bool nodelay = true)
    {
        var tls = carrier is "tls" or "wss" ? $", tls: {{certFile: {certificate!.CertFile}, keyFile: {certificate.KeyFile}}}" : string.Empty;
        var bypass = reach.Length > 0 ? ", bypass: reach" : string.Empty;
        var bypasses = reach.Length > 0 ? $"bypasses: [{{name: reach, {reach}}}]" : string.Empty;
        return $$$"""
            services:
              - {name: relay, addr: "{{{addr}}}"{{{bypass}}},
                 handler: {type: relay, auther: users, metadata: {bind: true, nodelay: {{{(nodelay ? "true" : "false")}}}}},
                 listener: {type: {{{carrier}}}{{{tls}}}}}
            authers: [{name: users, auths: [{username: "{{{User}}}", password: "{{{Password}}}"}]}]
            {{{bypasses}}}
            """;
    }

    /// <summary>A SOCKS5 server whose connections take a chain to a relay.</summary>
    /// <param name="carrier">tcp, tls, ws or wss.</param>
    /// <param name="relayPort">Where the relay listens, on 127.0.0.1.</param>
    /// <param name="pinned">The certificate that the relay must show, for tls and wss.</param>
    /// <param name="password">What it presents.</param>
    /// <param name="split">The body of the hop's bypass: what goes direct.</param>
    /// <param name="wait">Whether it waits for the relay's answer (nodelay).</param>
    /// <param name="addr">Where it listens.</param>
    /// <param name="service">More keys of the service.</param>
    /// <param name="more">More top-level sections.</param>
    internal static string SocksClient(
        string carrier, int relayPort, TestCertificate? pinned, string password = Password, string split = "", bool wait = true, string addr = "127.0.0.1:0", string service = "", string more = "")
    {
        var tls = carrier is "tls" or "wss" ? $", tls: {{secure: true, caFile: {pinned!.CertFile}, serverName: {TestCertificate.Name}}}" : string.Empty;
        var bypasses = split.Length > 0 ? $"bypasses: [{{name: split, {split}}}]" : string.Empty;
        return $$$"""
            services:
              - {name: socks, addr: "{{{addr}}}", {{{service}}} handler: {type: socks5, chain: far, metadata: {udp: true}}, listener: {type: tcp}}
            chains:
              - name: far
                hops:
                  - name: far
                    {{{(split.Length > 0 ? "bypass: split" : "# everything takes the chain")}}}
                    nodes:
                      - {name: far, addr: "127.0.0.1:{{{relayPort}}}",
                         connector: {type: relay, auth: {username: "{{{User}}}", password: "{{{password}}}"}, metadata: {nodelay: {{{(wait ? "true" : "false")}}}}},
                         dialer: {type: {{{carrier}}}{{{tls}}}}}
            {{{bypasses}}}
            {{{more}}}
            """;
    }

    /// <summary>A SOCKS5 server that goes direct.</summary>
    internal static string SocksDirect(string addr = "127.0.0.1:0", string handler = "", string service = "", string more = "") => $$$"""
        services:
          - {name: socks, addr: "{{{addr}}}", {{{service}}} handler: {type: socks5, {{{handler}}} metadata: {udp: true}}, listener: {type: tcp}}
        {{{more}}}
        """;
}
