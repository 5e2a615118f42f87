namespace GostBt.Lab.Tests.Tun;

/// <summary>The YAML that both engines read: a TUN each, through relay over wss, or over plain UDP.</summary>
internal static class TunnelConfiguration
{
    public static string Server(string folder, string outer, bool relay) => $$"""
        services:
        - name: tun
          addr: {{(relay ? "127.0.0.1" : outer)}}:8421
          handler: { type: tun, auther: clients, metadata: { keepalive: true, ttl: 1s } }
          listener: { type: tun, metadata: { name: gostbt_tun, net: "192.168.123.1/24,fd00:7::1/64", mtu: 1420 } }
        {{(relay ? $$"""
        - name: relay
          addr: ':8443'
          handler: { type: relay, auth: { username: home, password: secret } }
          listener: { type: wss, tls: { certFile: {{folder}}/cert.pem, keyFile: {{folder}}/key.pem } }
        """ : "")}}
        authers:
        - name: clients
          auths:
          - { username: 192.168.123.2, password: sixteen.bytes.ok }
          - { username: "fd00:7::2", password: sixteen.bytes.ok }
          - { username: 192.168.123.3, password: sixteen.bytes.ok }
        log: { level: info }

        """;

    public static string Client(string folder, string outer, bool relay) => $$"""
        services:
        - name: tun
          addr: ':0'
          handler: { type: tun, {{(relay ? "chain: vps, " : "")}}metadata: { keepalive: true, ttl: 1s, passphrase: sixteen.bytes.ok } }
          listener: { type: tun, metadata: { name: gostbt_tun, net: "192.168.123.2/24,fd00:7::2/64", mtu: 1420 } }
          forwarder: { nodes: [ { name: vps, addr: '{{(relay ? "127.0.0.1" : outer)}}:8421' } ] }
        {{(relay ? $$"""
        chains:
        - name: vps
          hops:
          - name: vps
            nodes:
            - name: vps
              addr: {{outer}}:8443
              connector: { type: relay, auth: { username: home, password: secret } }
              dialer: { type: wss, tls: { caFile: {{folder}}/cert.pem, secure: true, serverName: gostbt } }
        """ : "")}}
        log: { level: info }

        """;
}
