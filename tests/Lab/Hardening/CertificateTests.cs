using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Lab.Tests.Hardening;

/// <summary>The server's certificate is renewed, or its key changed, while the tunnel is in use.</summary>
[Collection(RunningCollection.Name)]
public sealed class CertificateTests(RunningFixture fixture) : IOperationLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly ProfileName Home = new("home");

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_through_the_tunnel_live_on_and_the_next_ones_trust_the_new_certificate(bool newKey)
    {
        var lab = fixture.Lab;
        Environment.SetEnvironmentVariable(HostBinaries.Variable, PublishedHost.Path);
        var store = new ProfileStore(fixture.Paths);
        var profile = store.Load(Home);
        var before = store.LoadSecrets(Home)!.CertificatePem;
        var engine = (await lab.ShAsync("vps", "systemctl show -p MainPID --value gostbt@home")).Succeeded();
        var log = Path.Combine(fixture.Paths.StateOf(Home), "agent.log");
        var logged = await SettledAsync(log);
        using var flow = await ConnectAsync();
        var rotated = false;
        var flowing = PingPongAsync(flow, () => Volatile.Read(ref rotated));
        var renewed = await WithSshAsync(
            ssh => new CertificateRotation(ssh, store, this, Endpoint()).RunAsync(Home, SshOptions.For(profile), newKey, CancellationToken.None));
        Volatile.Write(ref rotated, true);

        // The connection never stopped, neither end restarted anything, and nothing had to connect again.
        Assert.True(await flowing > 0);
        Assert.Equal(engine, (await lab.ShAsync("vps", "systemctl show -p MainPID --value gostbt@home")).Succeeded());
        Assert.DoesNotContain("connected", (await File.ReadAllTextAsync(log))[logged..], StringComparison.Ordinal);
        Assert.Equal(newKey, renewed.KeyChanged);
        Assert.True(renewed.Expires > DateTimeOffset.UtcNow.AddYears(9));
        var after = store.LoadSecrets(Home)!.CertificatePem;
        Assert.NotEqual(before, after);
        Assert.Equal([renewed.PublicKeyPin], Pins(after));
        Assert.Equal(!newKey, Pins(before)[0] == renewed.PublicKeyPin);

        // A new connection of home's running agent, and a deployment, find all in order.
        (await lab.ShAsync("vps", "systemctl restart gostbt@home")).Succeeded();
        var watch = Stopwatch.StartNew();
        while ((await lab.ShAsync("home", "ping -c 1 -W 1 192.168.123.1")).ExitCode != 0)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), await File.ReadAllTextAsync(log));
        }

        var server = await WithSshAsync(ssh => new ServerProvisioner(ssh, store, new HostBinaries(), this, Endpoint()).GetAsync(profile, SshOptions.For(profile), CancellationToken.None));
        Assert.Equal("Running", server.State);
        Assert.Equal(renewed.Fingerprint, server.CertificateFingerprint);
    }

    [SkippableFact]
    public async Task A_rotation_that_was_cut_off_leaves_a_server_that_starts()
    {
        var lab = fixture.Lab;

        // Cut off after the certificates of both keys stand there, before the key follows: a restart must find a pair that fits.
        (await lab.ShAsync("vps", """
            set -e
            cd /etc/gostbt/home
            cp -p cert.pem cert.kept
            $(sed -n 's/^program //p' manifest) certificate --cert next.crt --key next.key >/dev/null
            cat next.crt cert.kept >cert.pem
            rm next.crt next.key
            systemctl restart gostbt@home
            """)).Succeeded();
        try
        {
            var watch = Stopwatch.StartNew();
            while ((await lab.ShAsync("home", "ping -c 1 -W 1 192.168.123.1")).ExitCode != 0)
            {
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "The tunnel did not come back.");
            }
        }
        finally
        {
            (await lab.ShAsync("vps", "cd /etc/gostbt/home && mv -f cert.kept cert.pem")).Succeeded();
        }
    }

    void IOperationLog.Verbose(string message) => Debug.WriteLine(message);

    void IOperationLog.Warning(string message) => Debug.WriteLine(message);

    void IOperationLog.Progress(string activity, string status, int percent) => Debug.WriteLine(status);

    private static string[] Pins(string pem) =>
        [.. pem.Split("-----END CERTIFICATE-----", StringSplitOptions.RemoveEmptyEntries).Where(part => part.Contains("BEGIN", StringComparison.Ordinal))
            .Select(part => PublicKeyPin.Of(Convert.FromBase64String(part[(part.IndexOf("CERTIFICATE-----", StringComparison.Ordinal) + 16)..].Trim())))];

    private TunnelEndpointProbe Endpoint() => new(() => NodeSocket.Create(fixture.Lab, "home", SocketType.Stream, AddressFamily.InterNetwork));

    // An ssh client that runs in home's network.
    private async Task<T> WithSshAsync<T>(Func<ISshConnector, Task<T>> use)
    {
        var folder = Directory.CreateTempSubdirectory("gostbt-lab-").FullName;
        try
        {
            var ssh = Path.Combine(folder, "ssh");
            await File.WriteAllTextAsync(ssh, $"#!/bin/sh\nexec ip netns exec {fixture.Lab.Name}-home ssh -F /dev/null \"$@\"\n");
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return await use(new OpenSshConnector(fixture.Paths, this, ssh));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A test before this one may have cut the tunnel: its agent is to have said all it has to say of that.
    private async Task<int> SettledAsync(string log)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var before = await File.ReadAllTextAsync(log);
            await Task.Delay(TimeSpan.FromSeconds(3));
            var status = (await fixture.GostBtAsync("status", "home", "--json")).Output;
            if (status.Contains("\"Up\"", StringComparison.Ordinal) && await File.ReadAllTextAsync(log) == before)
            {
                return before.Length;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), before);
        }
    }

    // A peer's connection to home through the published port.
    private async Task<Flow> ConnectAsync()
    {
        using var listener = NodeSocket.Create(fixture.Lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.168.123.2"), 6666));
        listener.Listen();
        var peer = NodeSocket.Create(fixture.Lab, "peer1", SocketType.Stream, AddressFamily.InterNetwork);
        await peer.ConnectAsync(new IPEndPoint(IPAddress.Parse(fixture.Lab.Facts.VpsAddress), 6666)).WaitAsync(Patience);
        return new Flow(peer, await listener.AcceptAsync().WaitAsync(Patience));
    }

    // One byte there and back, again and again; each must come within the patience.
    private static async Task<int> PingPongAsync(Flow flow, Func<bool> ended)
    {
        var buffer = new byte[1];
        var rounds = 0;
        for (; !ended(); rounds++)
        {
            await flow.Peer.SendAsync("?"u8.ToArray());
            Assert.Equal(1, await flow.Home.ReceiveAsync(buffer).WaitAsync(Patience));
            await flow.Home.SendAsync("!"u8.ToArray());
            Assert.Equal(1, await flow.Peer.ReceiveAsync(buffer).WaitAsync(Patience));
            await Task.Delay(20);
        }

        return rounds;
    }

    private sealed record Flow(Socket Peer, Socket Home) : IDisposable
    {
        public void Dispose()
        {
            Peer.Dispose();
            Home.Dispose();
        }
    }
}
