using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Gost;

namespace GostBt.Engine.Services;

/// <summary>A service that takes connections: <c>relay</c> and <c>socks5</c>.</summary>
internal sealed class ConnectionService : IEngineService
{
    private static readonly TimeSpan DefaultAdmissionLimit = TimeSpan.FromSeconds(15);

    private readonly GostService _service;
    private readonly IConnectionHandler _handler;
    private readonly EngineLog _log;
    private readonly CarrierListener _listener;

    /// <exception cref="Model.GostBtException">The certificate cannot be used.</exception>
    internal ConnectionService(GostService service, IConnectionHandler handler, IHostResolver resolver, EngineLog log)
    {
        _service = service;
        _handler = handler;
        _log = log;
        var limit = service.Handler.Metadata.GetValueOrDefault("readTimeout") is TimeSpan given && given > TimeSpan.Zero ? given : DefaultAdmissionLimit;
        _listener = new CarrierListener(service, limit, resolver, log);
    }

    public string Name => _service.Name;

    /// <summary>Where it listens, once started.</summary>
    internal IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _listener.BindAsync(cancellationToken).ConfigureAwait(false);
        _log.Info($"service {Name} listening on {_listener.LocalEndPoint} ({_service.Handler.Type} over {_service.Listener.Type})");
    }

    public Task RunAsync(CancellationToken cancellationToken) => _listener.ServeAsync(_handler.HandleAsync, cancellationToken);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
