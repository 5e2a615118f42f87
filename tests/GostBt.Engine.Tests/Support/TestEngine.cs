using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Config;
using GostBt.Engine.Logging;
using GostBt.Engine.Services;

namespace GostBt.Engine.Tests.Support;

/// <summary>The services of a YAML text, running in this process until disposed.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly IReadOnlyList<IEngineService> _services;
    private readonly List<Task> _running;
    private readonly StringWriter _log;

    private TestEngine(IReadOnlyList<IEngineService> services, List<Task> running, StringWriter log)
    {
        _services = services;
        _running = running;
        _log = log;
    }

    internal string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    internal static async Task<TestEngine> StartAsync(string yaml, IHostResolver? resolver = null, EngineLogLevel level = EngineLogLevel.Debug)
    {
        var log = new StringWriter();
        var services = EngineServices.Create(GostConfigurationReader.Parse(yaml, "test.yaml"), resolver ?? new SystemResolver(), new EngineLog(TextWriter.Synchronized(log), level));
        var running = new List<Task>();
        var engine = new TestEngine(services, running, log);
        foreach (var service in services)
        {
            await service.StartAsync(CancellationToken.None);
        }

        running.AddRange(services.Select(service => service.RunAsync(engine._end.Token)));
        return engine;
    }

    internal IPEndPoint EndPoint(string service) => _services.OfType<ConnectionService>().Single(s => s.Name == service).LocalEndPoint;

    internal int Port(string service) => EndPoint(service).Port;

    internal bool IsServing => _running.TrueForAll(task => !task.IsCompleted);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }
}
