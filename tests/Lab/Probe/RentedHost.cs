using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Probe;

/// <summary>A peer that is somebody's server: an sshd that takes the lab's key, over the VPS's files, and an agent at home that holds the key.</summary>
internal sealed class RentedHost : IAsyncDisposable
{
    private const string Sshd = """
        set -e
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/run"
        mkdir "$1/run/sshd"
        exec chroot "$1" /usr/sbin/sshd -D -e -o PidFile=none -o UsePAM=no
        """;

    private readonly NodeProcess _agent;
    private readonly NodeProcess _sshd;

    private RentedHost(NodeProcess agent, NodeProcess sshd, string target)
    {
        _agent = agent;
        _sshd = sshd;
        Target = target;
    }

    /// <summary>As <c>--from</c> takes it.</summary>
    public string Target { get; }

    public static async Task<RentedHost> StartAsync(RunningFixture fixture, string node)
    {
        var lab = fixture.Lab;
        var address = lab.Facts.AddressOf(node);

        // A killed agent leaves its socket.
        File.Delete(fixture.AgentSocket);
        var host = new RentedHost(
            lab.Start("home", ["ssh-agent", "-D", "-a", fixture.AgentSocket]),
            lab.Start(node, ["unshare", "--mount", "sh", "-c", Sshd, "sshd", lab.Facts["VPS_ROOT"]]),
            "root@" + address);
        try
        {
            await WaitAsync(() => Task.FromResult(File.Exists(fixture.AgentSocket)), "the ssh agent");
            (await lab.ExecAsync("home", ["env", $"SSH_AUTH_SOCK={fixture.AgentSocket}", "ssh-add", "-q", lab.Facts.SshKey])).Succeeded();
            await WaitAsync(() => AnswersAsync(lab, address), $"the sshd on {node}: {host._sshd.Output}");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sshd.DisposeAsync();
        await _agent.DisposeAsync();
    }

    private static async Task<bool> AnswersAsync(RaisedLab lab, string address)
    {
        using var socket = NodeSocket.Create(lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), 22));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task WaitAsync(Func<Task<bool>> ready, string what)
    {
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(15);
        while (!await ready())
        {
            Assert.True(DateTime.UtcNow < end, $"{what} did not start");
            await Task.Delay(100);
        }
    }
}
