using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Lab.Tests.Server;

/// <summary>
/// What somebody with (or without) the relay's credentials can do: a SOCKS5 at home whose every connection goes to the relay, whatever the destination.
/// </summary>
internal sealed class RelayClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly RaisedLab _lab;
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-relay-").FullName;
    private readonly int _port;
    private NodeProcess? _engine;

    private RelayClient(RaisedLab lab, int port)
    {
        _lab = lab;
        _port = port;
    }

    /// <summary>Starts one with the deployed profile's own credentials, or with others.</summary>
    public static async Task<RelayClient> StartAsync(RunningFixture fixture, int port, string? password = null, bool withoutCredentials = false)
    {
        var client = new RelayClient(fixture.Lab, port);
        var configuration = Path.GetFullPath(Path.Combine(fixture.SecretsFile, "..", ".."));
        var secrets = new ProfileStore(new GostBtPaths(configuration, configuration)).LoadSecrets(new ProfileName("home"))!;
        var certificate = Path.Combine(client._folder, "server.pem");
        await File.WriteAllTextAsync(certificate, secrets.CertificatePem);
        var auth = withoutCredentials ? string.Empty : $"auth: {{ username: '{secrets.Username}', password: '{password ?? secrets.Password}' }}, ";
        var file = Path.Combine(client._folder, "engine.yaml");
        await File.WriteAllTextAsync(file, $$"""
            services:
              - { name: socks, addr: "127.0.0.1:{{port}}", handler: { type: socks5, chain: relay }, listener: { type: tcp } }
            chains:
              - name: relay
                hops:
                  - name: hop
                    nodes:
                      - name: node
                        addr: {{fixture.Lab.Facts.VpsAddress}}:8443
                        connector: { type: relay, {{auth}}metadata: { nodelay: true } }
                        dialer: { type: wss, tls: { caFile: {{certificate}}, secure: true, serverName: gostbt } }
            """);
        client._engine = fixture.Lab.Start("home", [PublishedHost.Path, "engine", "-C", file]);
        (await fixture.Lab.ShAsync("home", $"for i in $(seq 100); do ss -Hlnt 'sport = :{port}' | grep -q . && exit 0; sleep 0.1; done; exit 1")).Succeeded();
        return client;
    }

    /// <summary>The first bytes that a destination sends, or sends back; empty when nothing came: refused, cut off, or no answer.</summary>
    public async Task<byte[]> AskAsync(string host, int port)
    {
        using var socket = NodeSocket.Create(_lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), patience.Token);
            await socket.SendAsync((byte[])[5, 1, 0], patience.Token);
            await ReceiveAsync(socket, 2, patience.Token);
            var name = System.Text.Encoding.ASCII.GetBytes(host);
            byte[] destination = IPAddress.TryParse(host, out var address)
                ? [(byte)(address.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. address.GetAddressBytes()]
                : [3, (byte)name.Length, .. name];
            await socket.SendAsync((byte[])[5, 1, 0, .. destination, (byte)(port >> 8), (byte)port], patience.Token);
            var reply = await ReceiveAsync(socket, 4, patience.Token);
            if (reply[1] != 0)
            {
                return [];
            }

            await ReceiveAsync(socket, (reply[3] == 1 ? 4 : 16) + 2, patience.Token);
            await socket.SendAsync("who am I?"u8.ToArray(), patience.Token);
            var answer = new byte[128];
            var length = await socket.ReceiveAsync(answer, patience.Token);
            return answer[..length];
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or EndOfStreamException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(have), cancellationToken);
            if (received == 0) throw new EndOfStreamException();
            have += received;
        }

        return bytes;
    }
}
