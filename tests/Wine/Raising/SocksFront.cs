using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Wine.Tests.Raising;

/// <summary>
/// A relay of the native gostbt on loopback, which lets its clients reach 127.0.0.1 and nothing else, and gostbt.exe's SOCKS5 under Wine before it, with the split route of a file.
/// What is asked for through it is answered on every address of loopback.
/// </summary>
internal sealed class SocksFront : IAsyncDisposable
{
    public const string Password = "hunter2-hunter2";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-front-").FullName;
    private readonly List<Process> _started = [];
    private readonly List<Task<string>> _said = [];
    private readonly int _port = LoopbackPort.Free();

    private SocksFront()
    {
    }

    private static string Native => Path.Combine(Repository.Root, "artifacts", "host", "linux-x64", "gostbt");

    private string Split => Path.Combine(_folder, "direct.txt");

    /// <param name="wine">Where gostbt.exe runs.</param>
    /// <param name="password">What the client tells the relay.</param>
    /// <param name="pinned">Whether the client pins the relay's certificate, or another one.</param>
    public static async Task<SocksFront> StartAsync(WinePrefix wine, string password = Password, bool pinned = true)
    {
        var front = new SocksFront();
        try
        {
            await front.StartBothAsync(wine, password, pinned);
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path through the front.</summary>
    public Socks5Client Proxy => new(new IPEndPoint(IPAddress.Loopback, _port));

    /// <summary>Sends an address around the relay from now on, or within a second.</summary>
    public Task GoDirectAsync(string address) => File.WriteAllTextAsync(Split, address + "\n");

    /// <summary>Whether a connection through the front reaches an address, on which this listens meanwhile.</summary>
    public async Task<bool> ReachesAsync(string address, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var accepted = listener.AcceptTcpClientAsync(cancellationToken);
        try
        {
            await using var stream = await Proxy.ConnectAsync(address, ((IPEndPoint)listener.LocalEndpoint).Port, cancellationToken);
            using var far = await accepted;
            await far.GetStream().WriteAsync("pong"u8.ToArray(), cancellationToken);
            var answer = new byte[4];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("pong"u8);
        }
        catch (GostBtException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartBothAsync(WinePrefix wine, string password, bool pinned)
    {
        foreach (var name in new[] { "relay", "other" })
        {
            (await Command.RunAsync(Native, ["certificate", "--cert", $"{_folder}/{name}.pem", "--key", $"{_folder}/{name}.key"], input: null, Limit)).Succeeded();
        }

        var relayPort = LoopbackPort.Free();
        await File.WriteAllTextAsync(Split, string.Empty);
        await File.WriteAllTextAsync($"{_folder}/relay.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            services:
            - name: relay
              addr: "127.0.0.1:{{relayPort}}"
              bypass: reachable
              handler: { type: relay, auther: home, metadata: { bind: true, nodelay: true } }
              listener: { type: wss, tls: { certFile: {{_folder}}/relay.pem, keyFile: {{_folder}}/relay.key } }
            authers: [ { name: home, auths: [ { username: relay-user, password: {{Password}} } ] } ]
            bypasses: [ { name: reachable, whitelist: true, matchers: [ 127.0.0.1 ] } ]
            """));
        await File.WriteAllTextAsync($"{_folder}/front.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            services:
            - name: socks
              addr: "127.0.0.1:{{_port}}"
              handler: { type: socks5, chain: trackers, metadata: { udp: true, localOnly: true } }
              listener: { type: tcp }
            chains:
            - name: trackers
              hops:
              - name: server
                bypass: direct
                nodes:
                - name: server
                  addr: "127.0.0.1:{{relayPort}}"
                  connector: { type: relay, auth: { username: relay-user, password: {{password}} }, metadata: { nodelay: true } }
                  dialer: { type: wss, tls: { caFile: '{{WinePrefix.OnWindows($"{_folder}/{(pinned ? "relay" : "other")}.pem")}}', secure: true, serverName: gostbt } }
            bypasses: [ { name: direct, file: { path: '{{WinePrefix.OnWindows(Split)}}' }, reload: 1s } ]
            """));
        Watch(Process.Start(Command.StartInfo(Native, ["engine", "-C", $"{_folder}/relay.yaml"]))!);
        Watch(wine.Start(_folder, "engine", "-C", WinePrefix.OnWindows($"{_folder}/front.yaml")));
        await ListensAsync(relayPort);
        await ListensAsync(_port);
    }

    private void Watch(Process process)
    {
        _started.Add(process);
        _said.Add(process.StandardOutput.ReadToEndAsync());
        _said.Add(process.StandardError.ReadToEndAsync());
    }

    private async Task ListensAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            if (_started.FirstOrDefault(process => process.HasExited) is not null || clock.Elapsed > Limit)
            {
                throw new InvalidOperationException($"Nothing listens on port {port}. {string.Concat(_said.Where(said => said.IsCompletedSuccessfully).Select(said => said.Result))}");
            }

            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
    }
}
