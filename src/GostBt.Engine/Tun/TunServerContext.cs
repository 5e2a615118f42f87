using GostBt.Engine.Logging;

namespace GostBt.Engine.Tun;

/// <summary>What all peers of a TUN server share.</summary>
internal sealed record TunServerContext(
    TunSettings Settings, ITunDevice Device, PeerTable Peers, TunAuthenticator Authenticator, EngineLog Log);
