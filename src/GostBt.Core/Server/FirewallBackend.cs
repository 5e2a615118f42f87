namespace GostBt.Server;

/// <summary>What carries a server's rules.</summary>
public enum FirewallBackend
{
    /// <summary>A table of nftables.</summary>
    Nft,

    /// <summary>Chains of iptables and ip6tables, over nftables or legacy, where nft is missing or the kernel has no nftables.</summary>
    Iptables,
}
