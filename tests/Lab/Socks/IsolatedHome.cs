using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Socks;

/// <summary>
/// A network namespace of this test's own with no route to anywhere and no IPv6, a device with the tunnel's address, and the bundled engine's SOCKS5 in it. No
/// lab is needed.
/// </summary>
internal sealed class IsolatedHome : IAsyncDisposable
{
    public const string Device = "gost_tun";
    private const int ProxyPort = 5522;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static int _count;

    private readonly string _namespace = string.Create(CultureInfo.InvariantCulture, $"gbtsocks-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-socks-").FullName;
    private Process? _engine;

    private IsolatedHome()
    {
    }

    /// <summary>Why it cannot be made here, or null.</summary>
    public static string? Obstacle => !Environment.IsPrivilegedProcess ? "not root" : !File.Exists(Host) ? $"{Host} is not built" : null;

    /// <summary>The address of loopback, and that of the device.</summary>
    public static IPAddress TunnelAddress { get; } = IPAddress.Parse("192.168.123.2");

    // The configuration the tests were built in: bin/Debug/net10.0 here, the same over there.
    private static string Host => Path.Combine(
        Repository.Root, "src", "GostBt.Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "gostbt");

    public static async Task<IsolatedHome> RaiseAsync()
    {
        var home = new IsolatedHome();
        await home.ShellAsync($"""
            ip netns add {home._namespace}
            ip netns exec {home._namespace} sysctl -qw net.ipv6.conf.all.disable_ipv6=1
            ip -n {home._namespace} link set lo up
            ip -n {home._namespace} link add {Device} type veth peer name far
            ip -n {home._namespace} addr add {TunnelAddress}/32 dev {Device}
            ip -n {home._namespace} link set {Device} up
            ip -n {home._namespace} link set far up
            """);
        var file = Path.Combine(home._folder, "engine.yaml");
        await File.WriteAllTextAsync(file, string.Concat("services:\n", home.Service("loopback", IPAddress.Loopback), home.Service("tunnel", TunnelAddress)));
        home._engine = Process.Start(Command.StartInfo("ip", ["netns", "exec", home._namespace, Host, "engine", "-C", file]))!;
        return home;
    }

    /// <summary>A socket in the namespace.</summary>
    public Socket Socket(SocketType type) => NodeSocket.Create(_namespace, type, AddressFamily.InterNetwork);

    /// <summary>Asks the SOCKS5 on an address for something: the connection, the reply's code and the port it names.</summary>
    public async Task<(Socket Connection, byte Reply, int Port)> AskAsync(IPAddress proxy, byte command, byte[] address)
    {
        using var deadline = new CancellationTokenSource(Limit);
        var socket = await ConnectAsync(proxy, deadline.Token);
        await socket.SendAsync(new byte[] { 5, 1, 0 }, deadline.Token);
        var answer = new byte[10];
        await ReceiveAsync(socket, answer.AsMemory(0, 2), deadline.Token);
        await socket.SendAsync((byte[])[5, command, 0, .. address], deadline.Token);
        await ReceiveAsync(socket, answer, deadline.Token);
        return (socket, answer[1], (answer[8] << 8) | answer[9]);
    }

    /// <summary>An address and port as SOCKS5 writes them.</summary>
    public static byte[] Address(string address, int port)
    {
        var ip = IPAddress.Parse(address);
        return [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes(), (byte)(port >> 8), (byte)port];
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is { HasExited: false })
        {
            _engine.Kill(entireProcessTree: true);
        }

        _engine?.Dispose();
        await ShellAsync($"ip netns del {_namespace}");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Socket> ConnectAsync(IPAddress proxy, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = Socket(SocketType.Stream);
            try
            {
                await socket.ConnectAsync(proxy, ProxyPort, cancellationToken);
                return socket;
            }
            catch (SocketException)
            {
                // The engine is still starting.
                socket.Dispose();
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    private string Service(string name, IPAddress address) => string.Create(
        CultureInfo.InvariantCulture,
        $"  - {{name: {name}, addr: '{address}:{ProxyPort}', handler: {{type: socks5, metadata: {{udp: true}}}}, listener: {{type: tcp}}}}\n");

    private static async Task ReceiveAsync(Socket socket, Memory<byte> into, CancellationToken cancellationToken)
    {
        for (var length = 0; length < into.Length;)
        {
            var read = await socket.ReceiveAsync(into[length..], cancellationToken);
            length += read > 0 ? read : throw new EndOfStreamException();
        }
    }

    private Task<CommandResult> ShellAsync(string script) => Command.RunAsync("sh", ["-ec", script], null, Limit);
}
