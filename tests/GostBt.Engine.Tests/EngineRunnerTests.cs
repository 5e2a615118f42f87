using System.Net;
using GostBt.Engine.Config;
using GostBt.Engine.Logging;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

public sealed class EngineRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-run-").FullName;
    private readonly StringWriter _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_serves_until_it_is_told_to_stop()
    {
        var port = GostProcess.FreePort();
        using var echo = new TcpEcho();
        using var stop = new CancellationTokenSource();
        var running = EngineRunner.RunAsync(Configure(Configurations.SocksDirect($"127.0.0.1:{port}")), _log, stop.Token);
        while (!_log.ToString().Contains("listening", StringComparison.Ordinal))
        {
            await Task.Delay(10);
        }

        using var client = await SocksTestClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), "127.0.0.1", echo.Port);
        Assert.Equal([7], await client.EchoAsync([7]));
        await stop.CancelAsync();

        Assert.Equal(EngineRunner.Stopped, await running.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Contains($"service socks listening on 127.0.0.1:{port}", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_service_that_cannot_listen_fails_the_run_and_is_named()
    {
        using var taken = new TcpEcho();
        var yaml = Configurations.SocksDirect() + $"\n  - {{name: second, addr: \"127.0.0.1:{taken.Port}\", handler: {{type: socks5}}, listener: {{type: tcp}}}}\n";

        Assert.Equal(EngineRunner.Failed, await EngineRunner.RunAsync(Configure(yaml), _log, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("'second'", _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services: [{name: a}]", "line 1")]
    [InlineData("servces: []", "servces")]
    public async Task A_configuration_that_cannot_be_used_says_where(string yaml, string about)
    {
        Assert.Equal(EngineRunner.BadConfiguration, await EngineRunner.RunAsync(Configure(yaml), _log, CancellationToken.None));
        Assert.Contains(about, _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var path = Path.Combine(_folder, "missing.yaml");

        Assert.Equal(EngineRunner.BadConfiguration, await EngineRunner.RunAsync(path, _log, CancellationToken.None));
        Assert.Contains(path, _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":0", "type: relay", true)]
    [InlineData(":0", "type: socks5", true)]
    [InlineData("0.0.0.0:0", "type: socks5", true)]
    [InlineData("192.168.1.5:0", "type: relay", true)]
    [InlineData("192.168.1.5:0", "type: socks5", true)]
    [InlineData("192.168.1.5:0", "type: socks5, metadata: {localOnly: true}", false)]
    [InlineData("192.168.1.5:0", "type: socks5, auth: {username: me, password: secret}", false)]
    [InlineData("127.0.0.1:0", "type: socks5", false)]
    [InlineData("localhost:0", "type: socks5", false)]
    [InlineData("127.0.0.1:0", "type: relay", false)]
    public void A_service_open_to_everyone_is_warned_about(string addr, string handler, bool warned)
    {
        var yaml = $"services: [{{name: open, addr: '{addr}', handler: {{{handler}}}, listener: {{type: tcp}}}}]";

        EngineServices.Create(GostConfigurationReader.Parse(yaml, "test.yaml"), new FakeResolver(), new EngineLog(_log, EngineLogLevel.Info));

        Assert.Equal(warned, _log.ToString().Contains("lets everyone in", StringComparison.Ordinal));
    }

    private string Configure(string yaml)
    {
        var path = Path.Combine(_folder, "engine.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
