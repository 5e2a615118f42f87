using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using GostBt.Gost.Supply;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Lab.Tests.Server;

/// <summary>A PC at home from which servers are deployed: folders of its own, and an ssh client that runs in the lab's home.</summary>
internal sealed class Deployment : IOperationLog, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-lab-").FullName;

    public Deployment(RaisedLab lab)
    {
        Lab = lab;
        Paths = new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state"));
        Profiles = new ProfileStore(Paths);
        var ssh = Path.Combine(_folder, "ssh");
        File.WriteAllText(ssh, $"#!/bin/sh\nexec ip netns exec {lab.Name}-home ssh -F /dev/null \"$@\"\n");
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Connector = new OpenSshConnector(Paths, this, ssh);
        Environment.SetEnvironmentVariable(HostBinaries.Variable, PublishedHost.Path);
        var endpoint = new TunnelEndpointProbe(() => NodeSocket.Create(lab, "home", SocketType.Stream, AddressFamily.InterNetwork));
        Provisioner = new ServerProvisioner(Connector, Profiles, new HostBinaries(), this, endpoint, new ServerEngineSource(new GostStore(Paths.Engines), this));
        Rotation = new CertificateRotation(Connector, Profiles, this, endpoint);
        Check = new ServerCheck(Provisioner, Connector, Profiles, this, endpoint);
    }

    public RaisedLab Lab { get; }

    /// <summary>What GOSTBT_HOME is set to for a <c>gostbt</c> of the same user.</summary>
    public string Folder => _folder;

    public GostBtPaths Paths { get; }

    public ProfileStore Profiles { get; }

    public OpenSshConnector Connector { get; }

    public ServerProvisioner Provisioner { get; }

    public ServerCheck Check { get; }

    public CertificateRotation Rotation { get; }

    public List<string> Verbose { get; } = [];

    /// <summary>A request for the lab's VPS that trusts its key unseen.</summary>
    public ServerRequest Request(string name = "home", string user = "root", int port = 6666, string? host = null, string? key = null)
    {
        var target = ServerTarget.Parse($"{user}@{host ?? Lab.Facts.VpsAddress}");
        return new ServerRequest
        {
            Name = new ProfileName(name),
            Target = target,
            Ports = [new PublishedPort(port)],
            Ssh = new SshOptions { Target = target, IdentityFile = key ?? Lab.Facts.SshKey, AcceptHostKey = true, ConnectTimeout = TimeSpan.FromSeconds(5) },
        };
    }

    public async Task<GostBtServer> DeployAsync(ServerRequest? request = null)
    {
        var plan = await Provisioner.PlanAsync(request ?? Request(), CancellationToken.None);
        return await Provisioner.ApplyAsync(plan, CancellationToken.None);
    }

    /// <summary>Checks the server as Test-GostBtServer does.</summary>
    public Task<GostBtServerHealth> CheckAsync(string name = "home")
    {
        var profile = Profiles.Load(new ProfileName(name));
        return Check.RunAsync(profile, SshOptions.For(profile), CancellationToken.None);
    }

    public async Task RemoveAsync(string name = "home")
    {
        var profile = Profiles.Load(new ProfileName(name));
        await Provisioner.RemoveAsync(await Provisioner.PlanRemovalAsync(profile, SshOptions.For(profile), CancellationToken.None), CancellationToken.None);
    }

    public async Task<GostBtFailure> FailureOf(ServerRequest request) =>
        (await Assert.ThrowsAsync<GostBtException>(() => DeployAsync(request))).Failure;

    /// <summary>Runs a script of sh on the VPS, which must succeed.</summary>
    public async Task<string> VpsAsync(string script) => (await Lab.ShAsync("vps", script)).Succeeded();

    /// <summary>Takes back what a test that failed midway left deployed on a VPS that it shares with others: one failure stays one failure.</summary>
    public void Dispose()
    {
        try
        {
            // Not on the test's own context, whose threads may all be waiting here.
            if (Lab.IsShared) Task.Run(LeftoverProfiles.Of(this).RemoveAsync).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    void IOperationLog.Verbose(string message) => Verbose.Add(message);

    void IOperationLog.Warning(string message) => Verbose.Add("warning: " + message);

    void IOperationLog.Progress(string activity, string status, int percent) => Debug.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{status} {percent}"));
}
