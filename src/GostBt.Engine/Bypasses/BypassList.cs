using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Bypasses;

/// <summary>
/// One of the configuration's <c>bypasses</c>: says which destinations it contains. A service refuses those; a hop lets them go direct.
/// </summary>
internal sealed class BypassList
{
    private readonly GostBypass _configuration;
    private readonly BypassFile? _file;
    private volatile AddressRules _rules = AddressRules.Empty;
    private int _generation;

    /// <exception cref="GostBtException">The file cannot be read, or a line of it cannot be used.</exception>
    internal BypassList(GostBypass configuration, EngineLog log)
    {
        _configuration = configuration;
        if (configuration.File is null)
        {
            Compile([]);
        }
        else
        {
            _file = new BypassFile(configuration, Compile, log);
        }
    }

    /// <summary>
    /// Changes whenever the rules do. Reading it looks at the file if that is due, so whoever keeps a verdict compares this before using it.
    /// </summary>
    internal int Generation
    {
        get
        {
            _file?.Refresh();
            return Volatile.Read(ref _generation);
        }
    }

    /// <summary>Whether the bypass contains the destination: a match, or with <c>whitelist</c> the lack of one.</summary>
    /// <param name="name">The host name the address was looked up from, if it was.</param>
    /// <param name="address">The address that would be dialled.</param>
    /// <param name="port">The port that would be dialled.</param>
    internal bool Contains(string? name, IPAddress address, int port)
    {
        _ = Generation;
        var rules = _rules;
        return (rules.Matches(address, port) || (name is not null && rules.Matches(name, port))) != _configuration.Whitelist;
    }

    /// <summary>
    /// Whether a service must refuse the destination. Unlike <see cref="Contains"/> it also asks for the address that the written one may lead to
    /// (NAT64, 6to4, 0.0.0.0): both must be allowed.
    /// </summary>
    internal bool Refuses(string? name, IPAddress address, int port) =>
        Contains(name, address, port) || (Ipv4Forms.TryHidden(address, out var hidden) && Contains(name, hidden, port));

    private void Compile(IReadOnlyList<string> lines)
    {
        if (!AddressRules.TryParse(_configuration.Matchers.Concat(lines), out var rules, out var problem))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"Bypass '{_configuration.Name}': {problem}.", "Correct the matcher.");
        }

        _rules = rules;
        Interlocked.Increment(ref _generation);
    }
}
