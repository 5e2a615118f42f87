using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Tun;

/// <summary>Two network namespaces of this test's own with a veth between them, and an engine in each. No lab is needed.</summary>
internal sealed class TunnelPair : IAsyncDisposable
{
    public const string ServerInner = "192.168.123.1";
    public const string ClientInner = "192.168.123.2";
    public const string ServerOuter = "10.214.0.1";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static int _count;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"gbttun-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-tun-").FullName;
    private readonly List<Process> _processes = [];

    private TunnelPair()
    {
    }

    /// <summary>Why such a pair cannot be made here, or null.</summary>
    public static string? Obstacle =>
        !Environment.IsPrivilegedProcess ? "not root" : !File.Exists("/dev/net/tun") ? "no /dev/net/tun" : !File.Exists(Host) ? $"{Host} is not built" : null;

    /// <summary>Whether gost is on PATH.</summary>
    public static bool HasGost => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "gost")));

    public string ServerNamespace => _name + "-a";

    public string ClientNamespace => _name + "-b";

    // The configuration the tests were built in: bin/Debug/net10.0 here, the same over there.
    private static string Host => Path.Combine(
        Repository.Root, "src", "GostBt.Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "gostbt");

    /// <summary>Makes the namespaces, a certificate, and both configurations.</summary>
    public static async Task<TunnelPair> RaiseAsync(bool relay = true)
    {
        var pair = new TunnelPair();
        await pair.ShellAsync($"""
            ip netns add {pair.ServerNamespace}; ip netns add {pair.ClientNamespace}
            ip link add outer netns {pair.ServerNamespace} type veth peer name outer netns {pair.ClientNamespace}
            ip -n {pair.ServerNamespace} addr add {ServerOuter}/24 dev outer; ip -n {pair.ClientNamespace} addr add 10.214.0.2/24 dev outer
            for ns in {pair.ServerNamespace} {pair.ClientNamespace}; do ip -n $ns link set lo up; ip -n $ns link set outer up; done
            {Host} certificate --cert {pair._folder}/cert.pem --key {pair._folder}/key.pem --name gostbt
            chmod 755 {pair._folder}
            """);
        await File.WriteAllTextAsync(Path.Combine(pair._folder, "server.yaml"), TunnelConfiguration.Server(pair._folder, ServerOuter, relay));
        await File.WriteAllTextAsync(Path.Combine(pair._folder, "client.yaml"), TunnelConfiguration.Client(pair._folder, ServerOuter, relay));
        return pair;
    }

    public Process StartServer(TunnelEngine engine) => Start(ServerNamespace, engine, "server.yaml");

    public Process StartClient(TunnelEngine engine) => Start(ClientNamespace, engine, "client.yaml");

    /// <summary>Starts the bundled engine with words before it, such as setpriv.</summary>
    public Process StartServer(params string[] prefix) => Start(ServerNamespace, [.. prefix, Host, "engine", "-C", Path.Combine(_folder, "server.yaml")]);

    /// <summary>Asks an engine to stop.</summary>
    public async Task StopAsync(Process process)
    {
        await ShellAsync($"kill -TERM {process.Id}");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await process.WaitForExitAsync(deadline.Token);
    }

    /// <summary>Whether an echo request is answered before the time is over.</summary>
    public async Task<bool> PingsAsync(string networkNamespace, string address, int seconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var ping = await Command.RunAsync("ip", ["netns", "exec", networkNamespace, "ping", "-q", "-c", "1", "-W", "1", address], null, Minute);
            if (ping.ExitCode == 0)
                return true;
            await Task.Delay(100);
        }

        return false;
    }

    /// <summary>Sends random bytes over one TCP connection and says whether the same arrived.</summary>
    public static async Task<bool> TransfersAsync(string from, string to, string address, int megabytes)
    {
        using var deadline = new CancellationTokenSource(Minute);
        using var listener = NodeSocket.Create(to, SocketType.Stream);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 7000));
        listener.Listen();
        using var sender = NodeSocket.Create(from, SocketType.Stream, AddressFamily.InterNetwork);
        await sender.ConnectAsync(IPAddress.Parse(address), 7000, deadline.Token);
        using var receiver = await listener.AcceptAsync(deadline.Token);

        var sent = RandomNumberGenerator.GetBytes(megabytes << 20);
        var sending = SendAsync(sender, sent, deadline.Token);
        var received = new byte[sent.Length];
        var length = 0;
        while (await receiver.ReceiveAsync(received.AsMemory(length), deadline.Token) is var read and > 0)
            length += read;
        await sending;
        return length == sent.Length && sent.AsSpan().SequenceEqual(received);
    }

    /// <summary>Sends 20,500 bytes as datagrams of 1000 in one call (UDP_SEGMENT, as QUIC stacks do) and says how long those are that arrive.</summary>
    public static async Task<IReadOnlyList<int>> DatagramsAsync(string from, string to, string address)
    {
        const int ProtocolUdp = 17, UdpSegment = 103;
        using var receiver = NodeSocket.Create(to, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.IPv6Any, 7001));
        using var sender = NodeSocket.Create(from, SocketType.Dgram, AddressFamily.InterNetwork);
        sender.SetRawSocketOption(ProtocolUdp, UdpSegment, BitConverter.GetBytes(1000));
        await sender.SendToAsync(new byte[20_500], new IPEndPoint(IPAddress.Parse(address), 7001));

        var lengths = new List<int>();
        while (lengths.Count < 100 && receiver.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead))
            lengths.Add(receiver.Receive(new byte[65536]));
        return lengths;
    }

    public Task<CommandResult> ShellAsync(string script) => Command.RunAsync("sh", ["-ec", script], null, Minute);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        await ShellAsync($"ip netns del {ServerNamespace}; ip netns del {ClientNamespace}");
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }

    private Process Start(string networkNamespace, TunnelEngine engine, string file) => Start(
        networkNamespace, engine == TunnelEngine.Gost ? ["gost", "-C", Path.Combine(_folder, file)] : [Host, "engine", "-C", Path.Combine(_folder, file)]);

    private Process Start(string networkNamespace, IReadOnlyList<string> command)
    {
        var process = Process.Start(Command.StartInfo("ip", ["netns", "exec", networkNamespace, .. command]))!;
        _processes.Add(process);
        return process;
    }
}
