using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Matrix;

/// <summary>The firewalls a server may have before GostBt comes; each is there again after a reboot.</summary>
internal static class Firewalls
{
    /// <summary>nftables with no rule that drops anything.</summary>
    public const string Nft = "nft alone";
    public const string NftablesDrop = "nftables that drop";
    public const string Ufw = "ufw";
    public const string Firewalld = "firewalld";
    public const string Docker = "Docker's chains";
    public const string IptablesDrop = "iptables that drop, strict rp_filter";
    public const string IptablesNftAlone = "iptables-nft, no nft";
    public const string IptablesLegacyAlone = "iptables-legacy, no nft";

    private const string StrictAtBoot =
        "printf 'net.ipv4.conf.%s.rp_filter = 1\\n' all default eth0 >/etc/sysctl.d/99-strict.conf; systemctl -q add-wants multi-user.target netfilter-persistent";

    public static async Task PrepareAsync(string firewall, RaisedLab lab)
    {
        var script = firewall switch
        {
            Nft => "! nft list ruleset | grep -Eq 'drop|reject'",
            NftablesDrop => OtherFirewall.NftablesDrop.Setup + "; systemctl -q enable nftables",
            Ufw => OtherFirewall.Ufw.Setup,
            Firewalld => OtherFirewall.Firewalld.Setup + "; systemctl -q enable firewalld",
            Docker => OtherFirewall.DockerLike.Setup + "; systemctl -q add-wants multi-user.target docker",
            IptablesDrop => OtherFirewall.IptablesDrop.Setup + "; " + StrictAtBoot,
            IptablesNftAlone => OtherFirewall.WithoutNft("nft").Setup,
            IptablesLegacyAlone => OtherFirewall.WithoutNft("legacy").Setup,
            _ => throw new ArgumentOutOfRangeException(nameof(firewall), firewall, "No such firewall."),
        };
        (await lab.ShAsync("vps", "set -e; " + script)).Succeeded();
    }

    /// <summary>Has the firewall put its rules into the form that they have after a load, so that they can be compared.</summary>
    public static async Task SettleAsync(string firewall, RaisedLab lab)
    {
        if (firewall == Firewalld) (await lab.ShAsync("vps", "firewall-cmd --reload")).Succeeded();
    }
}
