using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Ssh;
using GostBt.SshNet;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>The logins with SSH.NET. It makes its sockets in this process, outside of the lab, so each port of the VPS is led to one of loopback's.</summary>
[Collection(LoginCollection.Name)]
public sealed class SshNetLoginTests(LoginFixture fixture) : LoginTests(fixture), IAsyncLifetime
{
    private readonly List<Doorway> _doorways = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var doorway in _doorways)
        {
            await doorway.DisposeAsync();
        }
    }

    private protected override async Task<SshOptions> ThroughTheVpsAsync(SshOptions options)
    {
        // The jump host's key must be known; the target's is asked for at the jump host.
        var jump = Options("root");
        (await ConnectAsync(jump, CancellationToken.None)).Dispose();
        return options with { JumpHost = jump.Target.ToString() };
    }

    private protected override ServerTarget TargetOf(string user, string host, int port)
    {
        var doorway = Doorway.Open(() => NodeSocket.Create(Fixture.Lab, "home", SocketType.Stream), host, port);
        _doorways.Add(doorway);
        return new ServerTarget(doorway.EndPoint.Address.ToString(), user, doorway.EndPoint.Port);
    }

    private protected override ISshConnector Connector => new SshNetConnector(Home.Paths, Home);
}
