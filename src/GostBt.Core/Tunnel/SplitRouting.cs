using System.Diagnostics;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>Sets which tracker traffic goes through the server: in the profile, and at once in the running SOCKS5.</summary>
public sealed class SplitRouting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ProfileStore _profiles;
    private readonly GostBtPaths _paths;
    private readonly IOperationLog _log;

    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="paths">Where agents keep their state.</param>
    /// <param name="log">Told of each step.</param>
    public SplitRouting(ProfileStore profiles, GostBtPaths paths, IOperationLog log)
    {
        _profiles = profiles;
        _paths = paths;
        _log = log;
    }

    /// <summary>Changes the split route; null leaves a family as it is.</summary>
    /// <returns>The split route, applied if the tunnel runs.</returns>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.ProfileNotFound"/>, <see cref="GostBtFailure.Busy"/>, or <see cref="GostBtFailure.VerificationFailed"/>: the running SOCKS5
    /// does not act by it.
    /// </exception>
    public async Task<GostBtSplitRoute> SetAsync(ProfileName name, RouteVia? ipv4, RouteVia? ipv6, CancellationToken cancellationToken)
    {
        var profile = _profiles.Load(name);
        if (Chosen(profile) != profile.Proxy.Split)
        {
            // A command that changes the server would put back the profile it began with.
            using var turn = await ProfileTurn.TakeAsync(_profiles, name, cancellationToken).ConfigureAwait(false);
            profile = _profiles.Load(name);
            profile = profile with { Proxy = profile.Proxy with { Split = Chosen(profile) } };
            _profiles.Save(profile);
        }

        var split = profile.Proxy.Split;
        var files = new AgentFiles(_paths, name);
        if (!IsUp(files))
        {
            return Result(profile, applied: false);
        }

        _log.Verbose($"Writing the split route of '{name}' for the running SOCKS5");
        PrivateFile.WriteAllText(files.Split, SplitMatchers.Write(split));
        var probe = new SplitProbe(profile.Proxy.Port);
        for (var watch = Stopwatch.StartNew(); ;)
        {
            if (await probe.ActsByAsync(split, cancellationToken).ConfigureAwait(false))
            {
                return Result(profile, applied: true);
            }

            if (!IsUp(files))
            {
                return Result(profile, applied: false);
            }

            if (watch.Elapsed >= Patience)
            {
                throw new GostBtException(
                    GostBtFailure.VerificationFailed,
                    $"The running SOCKS5 of '{name}' does not act by the new split route.",
                    "Stop and start the tunnel; it is in the profile.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        SplitRoute Chosen(Profile stored) => new(ipv4 ?? stored.Proxy.Split.IPv4, ipv6 ?? stored.Proxy.Split.IPv6);
    }

    /// <summary>The split route as it stands.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/>.</exception>
    public async Task<GostBtSplitRoute> GetAsync(ProfileName name, CancellationToken cancellationToken)
    {
        var profile = _profiles.Load(name);
        var applied = IsUp(new AgentFiles(_paths, name))
            && await new SplitProbe(profile.Proxy.Port).ActsByAsync(profile.Proxy.Split, cancellationToken).ConfigureAwait(false);
        return Result(profile, applied);
    }

    private static bool IsUp(AgentFiles files) => AgentLock.IsHeld(files.Lock) && AgentStateFile.Read(files.State) is { } state && state.Tunnel.State.Carries();

    private static GostBtSplitRoute Result(Profile profile, bool applied) => new()
    {
        Name = profile.Name.Value,
        IPv4 = profile.Proxy.Split.IPv4,
        IPv6 = profile.Proxy.Split.IPv6,
        Applied = applied,
    };
}
