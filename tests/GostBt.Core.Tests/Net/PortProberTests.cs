using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Ssh;
using NSubstitute;

namespace GostBt.Core.Tests.Net;

/// <summary>The whole prober on loopback: the real script runs in a local shell instead of over ssh, as from another host.</summary>
public sealed class PortProberTests : IDisposable
{
    private const string Home = "127.0.0.2";
    private static readonly ProfileName Name = new("loop");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
    private readonly ProfileStore _profiles;
    private readonly LocalShell _shell = new();
    private readonly int _port = FreePort();
    private TunnelState _state = TunnelState.Up;

    public PortProberTests()
    {
        _profiles = new ProfileStore(new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Where_nothing_listens_GostBt_does_and_sees_the_true_source()
    {
        var results = await TestAsync();

        Assert.Equal([PortProtocol.Tcp, PortProtocol.Udp], results.Select(r => r.Protocol));
        Assert.All(results, r => Assert.True(r.Open, r.Detail));
        Assert.All(results, r => Assert.Equal("GostBt", r.Answered));
        Assert.All(results, r => Assert.StartsWith("127.0.0.1:", r.SourceSeen, StringComparison.Ordinal));
        Assert.All(results, r => Assert.True(r.RoundTripMilliseconds > 0));
    }

    [SkippableFact]
    public async Task A_program_that_listens_is_left_alone_and_its_connection_seen()
    {
        using var client = new TcpListener(IPAddress.Parse(Home), _port);
        client.Start();

        var tcp = (await TestAsync(PortProtocol.Tcp)).Single();

        Assert.True(tcp.Open, tcp.Detail);
        Assert.Equal("BitTorrent client", tcp.Answered);
        Assert.StartsWith("127.0.0.1:", tcp.SourceSeen, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_on_another_address_only_is_a_closed_port()
    {
        using var client = new TcpListener(IPAddress.Parse("127.0.0.9"), _port);
        client.Start();

        var tcp = (await TestAsync(PortProtocol.Tcp)).Single();

        Assert.False(tcp.Open);
        Assert.Equal(ProbeStage.Listener, tcp.Stage);
        Assert.Contains("127.0.0.9", tcp.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nothing_is_listened_on_when_told_so()
    {
        var results = await TestAsync(listen: false);

        Assert.All(results, r => Assert.False(r.Open));
        Assert.All(results, r => Assert.Null(r.Answered));
    }

    [Fact]
    public async Task A_tunnel_that_is_not_up_is_told_without_asking_the_server()
    {
        Save();
        _state = TunnelState.Stopped;

        var results = await Prober().TestAsync(new PortProbeRequest { Name = Name }, CancellationToken.None);

        Assert.All(results, r => Assert.Equal(ProbeStage.Tunnel, r.Stage));
        Assert.Equal(0, _shell.RoundTrips);
    }

    [Theory]
    [InlineData("fact missing bash", GostBtFailure.UnsupportedSystem, "bash")]
    [InlineData("fact namespace Operation not permitted", GostBtFailure.UnsupportedSystem, "not permitted")]
    public async Task A_server_that_cannot_probe_itself_says_why(string output, GostBtFailure failure, string says)
    {
        Save();
        _shell.Answer = new SshResult(0, output, string.Empty);

        var error = await Assert.ThrowsAsync<GostBtException>(() => Prober().TestAsync(new PortProbeRequest { Name = Name }, CancellationToken.None));

        Assert.Equal(failure, error.Failure);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_is_not_root_says_so()
    {
        Save();
        _shell.Answer = new SshResult(77, string.Empty, "gostbt: nosudo is not root");

        var error = await Assert.ThrowsAsync<GostBtException>(() => Prober().TestAsync(new PortProbeRequest { Name = Name }, CancellationToken.None));

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Save() => _profiles.Save(
        new Profile
        {
            Name = Name,
            Server = new ProfileServer { Host = "127.0.0.1", PublicAddress = Home },
            Tunnel = new ProfileTunnel { Network = "127.0.0.0/8", Client = Home },
            Ports = [new PublishedPort(_port)],
        },
        null);

    private PortProber Prober()
    {
        var ssh = Substitute.For<ISshConnector>();
        ssh.ConnectAsync(Arg.Any<SshOptions>(), Arg.Any<CancellationToken>()).Returns(_shell);
        return new PortProber(
            ssh,
            _profiles,
            (name, _) => Task.FromResult(new GostBtTunnel { Name = name.Value, State = _state }),
            profile => new SshOptions { Target = new ServerTarget(profile.Server.Host) },
            Substitute.For<IOperationLog>());
    }

    private Task<IReadOnlyList<PortProbeResult>> TestAsync(PortProtocol protocol = PortProtocol.Both, bool listen = true)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The probing script runs on Linux.");
        Save();
        var request = new PortProbeRequest
        {
            Name = Name,
            Protocol = protocol,
            Listen = listen,
            From = new SshOptions { Target = new ServerTarget("localhost") },
            Timeout = TimeSpan.FromSeconds(15),
        };
        return Prober().TestAsync(request, CancellationToken.None);
    }

    /// <summary>Runs "outside" scripts in a local shell; the server's, which would make a namespace, is not run but answered.</summary>
    private sealed class LocalShell : ISshSession
    {
        public SshResult Answer { get; set; } = new(0, "fact tun none\n", string.Empty);

        public int RoundTrips { get; private set; }

        public async Task<SshResult> RunScriptAsync(string script, TimeSpan deadline, CancellationToken cancellationToken)
        {
            RoundTrips++;
            if (!script.Contains("GOSTBT_MODE='outside'", StringComparison.Ordinal))
            {
                return Answer;
            }

            using var sh = Process.Start(new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await sh.StandardInput.WriteAsync(script);
            sh.StandardInput.Close();
            var output = await sh.StandardOutput.ReadToEndAsync(cancellationToken);
            await sh.WaitForExitAsync(cancellationToken);
            return new SshResult(sh.ExitCode, output, string.Empty);
        }

        public Task<SshResult> RunScriptWithFilesAsync(
            IReadOnlyList<SshFile> files, string script, TimeSpan deadline, IProgress<long>? progress, CancellationToken cancellationToken) =>
            throw new NotSupportedException("The prober uploads nothing.");

        public void Dispose()
        {
        }
    }
}
