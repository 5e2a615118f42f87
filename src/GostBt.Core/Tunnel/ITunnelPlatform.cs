using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>What the tunnel needs of the operating system.</summary>
internal interface ITunnelPlatform
{
    /// <summary>Whether the TUN is an adapter of Windows; gost's configuration differs there.</summary>
    bool IsWindows { get; }

    /// <summary>Its routing.</summary>
    IRouteManager Routes { get; }

    /// <summary>Watches this machine's devices, addresses, routes and firewall.</summary>
    INetworkWatch WatchNetwork();

    /// <summary>Whether a new device can have an IPv6 address; the system may have IPv6 switched off.</summary>
    bool HasIPv6 { get; }

    /// <summary>What a tunnel adds to this system's routing.</summary>
    /// <param name="profile">Whose tunnel.</param>
    RoutePlan Plan(Profile profile);

    /// <summary>What keeps all but the published ports from the tunnel's other end; null where the system's own firewall does.</summary>
    /// <param name="profile">Whose tunnel.</param>
    /// <param name="ports">What it publishes.</param>
    TunnelGuard? Guard(Profile profile, IReadOnlyList<PublishedPort> ports);

    /// <summary>
    /// Lets the far end connect to a TCP port of the tunnel's address for a while, where this system would not; <see cref="ShutAsync"/> ends it, whatever comes
    /// of it.
    /// </summary>
    /// <param name="profile">Whose tunnel.</param>
    /// <param name="port">The port.</param>
    /// <param name="time">For how long at most, where the system can end it by itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GostBtException">The system refused.</exception>
    Task LetInAsync(Profile profile, int port, TimeSpan time, CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="LetInAsync"/> did.</summary>
    /// <exception cref="GostBtException">The system refused.</exception>
    Task ShutAsync(Profile profile);

    /// <summary>Checks that this process may make a TUN and routes, before anything is changed.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.NotPrivileged"/> or <see cref="GostBtFailure.UnsupportedSystem"/>.</exception>
    void RequireTunnelRights();

    /// <summary>When a process started, in a form that differs from any later process of the same number; null when there is none.</summary>
    string? StartOf(int processId);

    /// <summary>Whether a process may be the one that started then: it is, or the system does not tell this user.</summary>
    bool MayBe(int processId, string start);

    /// <summary>Asks a process to end, if it is still the one that started then.</summary>
    void AskToEnd(int processId, string start);

    /// <summary>Has the engines that this process starts from now on end with it, where the system can do that.</summary>
    /// <exception cref="GostBtException">The system refused.</exception>
    void TieEngines();

    /// <summary>Told of an engine that was started, for <see cref="EndEnginesAsync"/> of a later process.</summary>
    void NoteEngine(string configurationPath, int processId);

    /// <summary>Ends the engines that run with a configuration file, without asking after <paramref name="grace"/>.</summary>
    Task EndEnginesAsync(string configurationPath, TimeSpan grace);
}
