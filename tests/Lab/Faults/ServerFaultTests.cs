using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>What happens to the server.</summary>
[Collection(FaultsCollection.Name)]
public sealed class ServerFaultTests(TunnelFixture home, ITestOutputHelper output)
{
    private const string Keep = "cd /etc/gostbt/home && for f in engine.yaml cert.pem key.pem; do cp -p $f $f.kept; done";
    private const string PutBack = "cd /etc/gostbt/home && for f in engine.yaml cert.pem key.pem; do if [ -e $f.kept ]; then mv -f $f.kept $f; fi; done; systemctl restart gostbt@home";

    [SkippableFact]
    public async Task Its_engine_is_restarted()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        await RestartAsync(run);
        await run.RecoversAsync("VPS engine restarted", await ListensAsync(run), FaultTable.Recovered);
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task It_reboots()
    {
        await using var run = await FaultRun.BeginAsync(home, output);

        var reboot = run.Lab.RebootVpsAsync();
        await run.Outside.SilentAsync(TimeSpan.FromSeconds(30));
        var back = await ListensAsync(run);

        await run.RecoversAsync("VPS rebooted, from its engine's listening on", back, FaultTable.Recovered);
        await reboot;
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task Its_certificate_is_another_s()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        (await run.Lab.ShAsync("vps", Keep)).Succeeded();
        run.Mend(async () => (await run.Lab.ShAsync("vps", PutBack)).Succeeded());

        var since = Stopwatch.GetTimestamp();
        (await run.Lab.ShAsync("vps", """
            set -e
            cd /etc/gostbt/home
            $(sed -n 's/^program //p' manifest) certificate --cert other.pem --key other.key >/dev/null
            cat other.pem >cert.pem && cat other.key >key.pem
            rm other.pem other.key
            systemctl restart gostbt@home
            """)).Succeeded();
        await run.RefusesAsync("far certificate changed: refused and said so", since, "key is not the pinned one");

        (await run.Lab.ShAsync("vps", PutBack)).Succeeded();
        await run.RecoversAsync("far certificate changed, from the right one's return on", await ListensAsync(run), FaultTable.Recovered);
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task Its_password_was_rotated_from_elsewhere()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var secrets = await File.ReadAllTextAsync(home.Secrets);
        (await run.Lab.ShAsync("vps", Keep)).Succeeded();
        run.Mend(async () =>
        {
            await File.WriteAllTextAsync(home.Secrets, secrets);
            (await run.Lab.ShAsync("vps", PutBack)).Succeeded();
        });

        var since = Stopwatch.GetTimestamp();
        (await run.Lab.ShAsync("vps", "sed -i 's/^\\( *password: \\).*/\\1rotated-elsewhere/' /etc/gostbt/home/engine.yaml && grep -q rotated-elsewhere /etc/gostbt/home/engine.yaml && systemctl restart gostbt@home")).Succeeded();
        await run.RefusesAsync("password rotated elsewhere: refused and said so", since, "refused the user and password");

        // What the user does about it: the new secrets here, and a start, which takes them up.
        await File.WriteAllTextAsync(home.Secrets, string.Join('\n', secrets.Split('\n').Select(
            line => line.StartsWith("password:", StringComparison.Ordinal) ? "password: rotated-elsewhere" : line)));
        since = Stopwatch.GetTimestamp();
        await home.StartAsync();
        await run.RecoversAsync("password rotated elsewhere, from the start with the new one on", since, FaultTable.Recovered);
        await run.EndAsync();
    }

    private static async Task RestartAsync(FaultRun run) => (await run.Lab.ShAsync("vps", "systemctl restart gostbt@home")).Succeeded();

    // The moment the tunnel's port takes connections.
    private static async Task<long> ListensAsync(FaultRun run)
    {
        var port = new IPEndPoint(IPAddress.Parse(run.Lab.Facts.VpsAddress), 8443);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(20))
        {
            using var socket = NodeSocket.Create(run.Lab, "peer2", SocketType.Stream, AddressFamily.InterNetwork);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                await socket.ConnectAsync(port, patience.Token);
                return Stopwatch.GetTimestamp();
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Not yet.
            }
        }

        throw new TimeoutException("The server's tunnel port took no connection within a minute.");
    }
}
