using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Logging;
using GostBt.Engine.Relay;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Socks;
using GostBt.Engine.Tun;
using GostBt.Gost;

namespace GostBt.Engine;

/// <summary>Makes a configuration's services, with what they share: chains, bypasses, users.</summary>
internal static class EngineServices
{
    /// <exception cref="Model.GostBtException">A certificate, CA file or bypass file cannot be used.</exception>
    internal static IReadOnlyList<IEngineService> Create(GostConfiguration configuration, IHostResolver resolver, EngineLog log)
    {
        var bypasses = configuration.Bypasses.ToDictionary(bypass => bypass.Name, bypass => new BypassList(bypass, log), StringComparer.Ordinal);
        var chains = configuration.Chains.ToDictionary(chain => chain.Name, chain => new Chain(chain, bypasses, resolver, log), StringComparer.Ordinal);
        var tuns = new TunServices(resolver, log);
        var authers = configuration.Authers.ToDictionary(auther => auther.Name, StringComparer.Ordinal);

        Router RouterOf(GostService service) => new(
            service.Handler.Chain is { } chain ? chains[chain] : null,
            service.Bypass is { } bypass ? bypasses[bypass] : null,
            resolver);

        return configuration.Services.Select(service =>
        {
            var credentials = Credentials.Of(service.Handler, authers);
            if (credentials is null && IsOpenToAll(service))
            {
                log.Warn($"service {service.Name} lets everyone in who reaches {service.Addr}: give it an auther");
            }

            return service.Handler.Type switch
            {
                "tun" => tuns.Create(service, configuration, service.Handler.Chain is { } chain ? chains[chain] : null),
                "relay" => new ConnectionService(service, new RelayHandler(service, credentials, RouterOf(service), tuns, log), resolver, log),
                "socks5" => new ConnectionService(service, new SocksHandler(service, credentials, RouterOf(service), tuns.Clients, log), resolver, log),
                _ => throw new ArgumentException($"No service for handler '{service.Handler.Type}'.", nameof(configuration)),
            };
        }).ToList();
    }

    private static bool IsOpenToAll(GostService service)
    {
        var host = HostPort.Parse(service.Addr).Host;
        var local = host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return !local && (service.Handler.Type == "relay" || (service.Handler.Type == "socks5" && !SocksHandler.IsForThisMachine(service)));
    }
}
