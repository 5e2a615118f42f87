using System.Diagnostics.CodeAnalysis;
using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Logging;
using GostBt.Engine.Tun.Windows;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>Makes the <c>tun</c> services of a configuration, and hands relay tunnels to those that are servers.</summary>
/// <param name="resolver">Looks up where they listen and where their servers are.</param>
/// <param name="log">The engine's log.</param>
internal sealed class TunServices(IHostResolver resolver, EngineLog log) : ITunAttachments
{
    private static readonly TimeSpan StandingPatience = TimeSpan.FromSeconds(3);

    private readonly List<TunServer> _servers = [];

    /// <summary>Those that are clients.</summary>
    internal TunClients Clients { get; } = new();

    /// <summary>Makes one service; call it for all before the engine starts.</summary>
    /// <param name="service">With a handler and a listener of type <c>tun</c>.</param>
    /// <param name="configuration">Where its auther is found.</param>
    /// <param name="chain">The chain its handler names, or null for plain UDP.</param>
    /// <exception cref="GostBtException">A value cannot be used.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The engine owns and disposes its services.")]
    public IEngineService Create(GostService service, GostConfiguration configuration, IChainDialer? chain)
    {
        var settings = TunSettings.From(service);
        if (settings.Target is not { } target)
        {
            var server = new TunServer(settings, TunAuthenticator.From(service, configuration, settings), () => Open(settings), resolver, log);
            _servers.Add(server);
            return server;
        }

        var client = new TunClient(
            settings,
            cancellationToken => chain is null
                ? UdpClientLink.ConnectAsync(settings.Listen, target, resolver, cancellationToken)
                : ChainClientLink.ConnectAsync(chain, target.Host, target.Port, cancellationToken),
            () => Open(settings),
            log);
        Clients.Add(client);
        return client;
    }

    /// <inheritdoc/>
    public bool Serves(IPEndPoint udpTarget) => _servers.Exists(server => server.Serves(udpTarget));

    /// <inheritdoc/>
    public Task AttachAsync(IPEndPoint udpTarget, Stream framed, IPEndPoint? remote, CancellationToken cancellationToken) =>
        _servers.First(server => server.Serves(udpTarget)).AttachAsync(framed, remote?.Address ?? IPAddress.Loopback, cancellationToken);

    private ITunDevice Open(TunSettings settings)
    {
        void Skipped(string why) => log.Warn($"{settings.Service}: {why}");
        if (OperatingSystem.IsLinux())
        {
            ITunDevice OpenNow() => LinuxTunDevice.Open(settings.Interface, settings.Networks, settings.Mtu, Skipped);
            bool Exists() => settings.Interface is { } name && LinuxCalls.InterfaceIndex(name) != 0;
            return Exists() ? new StandingTun(Exists, OpenNow, what => log.Warn($"{settings.Service}: {what}"), StandingPatience) : OpenNow();
        }

        if (OperatingSystem.IsWindows())
        {
            return WindowsTun.Open(settings, Skipped);
        }

        throw new GostBtException(
            GostBtFailure.UnsupportedSystem,
            $"Service {settings.Service}: the bundled engine has a TUN on Linux and Windows.",
            "Use gost as the engine on this system.");
    }
}
