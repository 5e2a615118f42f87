namespace GostBt.Model;

/// <summary>The part of the path that broke when a published port does not answer, from home outwards.</summary>
public enum ProbeStage
{
    /// <summary>Nothing broke.</summary>
    None = 0,

    /// <summary>Nothing listens on the port at home, or on another address.</summary>
    Listener,

    /// <summary>Home's own firewall drops it.</summary>
    LocalFirewall,

    /// <summary>The tunnel is down.</summary>
    Tunnel,

    /// <summary>The server does not forward: DNAT, forward rules, ip_forward.</summary>
    Forwarding,

    /// <summary>The provider's firewall, outside the server.</summary>
    ProviderFirewall,
}
