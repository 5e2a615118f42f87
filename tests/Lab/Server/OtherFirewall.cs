namespace GostBt.Lab.Tests.Server;

/// <summary>A firewall that an administrator set up on the VPS before GostBt came, with ssh open.</summary>
/// <param name="Setup">Sets it up, a script of sh.</param>
/// <param name="Reloads">What makes it load, or remake, its rules, a script each.</param>
/// <param name="Undo">Takes it away.</param>
public sealed record OtherFirewall(string Setup, IReadOnlyList<string> Reloads, string Undo)
{
    /// <summary>Prints the rules of a node, without counters and without what an empty table looks like; and what the tools themselves say and keep.</summary>
    public const string Snapshot = """
        for family in iptables ip6tables; do
            for kind in nft legacy; do
                $family-$kind-save 2>/dev/null | grep -E '^(\*|-A|:[^ ]+ DROP|:[^ ]+ -)' | sed 's/ \[[0-9:]*\]//' | awk '/^\*/ { table = $1; next } { print table, $0 }'
            done
        done
        nft list ruleset 2>/dev/null | sed 's/counter packets [0-9]* bytes [0-9]*/counter/'
        ufw status verbose 2>&1
        if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones; fi
        find /etc/ufw /etc/firewalld /etc/systemd/system /etc/sysctl.d /etc/gostbt /usr/local/lib -type f ! -name '*.old' -exec sha256sum {} + 2>/dev/null | sort
        sysctl -a 2>/dev/null | grep -E '^net\.ipv[46]\.(ip_forward|conf\.(all|default|eth0)\.(forwarding|accept_ra|rp_filter)) '
        """;

    private const string Flush = "nft flush ruleset; ";

    // Docker's own rules as dockerd 20 makes them at its start: it looks after its chains, keeps DOCKER-USER, and puts its jumps first.
    private const string Docker = """
        #!/bin/sh
        for jump in DOCKER-USER DOCKER-ISOLATION-STAGE-1; do iptables -D FORWARD -j $jump 2>/dev/null; done
        for chain in DOCKER DOCKER-ISOLATION-STAGE-1; do iptables -F $chain 2>/dev/null || iptables -N $chain; done
        iptables -N DOCKER-USER 2>/dev/null && iptables -A DOCKER-USER -j RETURN
        iptables -t nat -F DOCKER 2>/dev/null || iptables -t nat -N DOCKER
        rule() { iptables -t $1 -C $2 $3 2>/dev/null || iptables -t $1 -A $2 $3; }
        iptables -P FORWARD DROP
        echo 1 >/proc/sys/net/ipv4/ip_forward
        rule nat PREROUTING '-m addrtype --dst-type LOCAL -j DOCKER'
        rule nat POSTROUTING '-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'
        rule filter FORWARD '-o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'
        rule filter FORWARD '-o docker0 -j DOCKER'
        rule filter FORWARD '-i docker0 ! -o docker0 -j ACCEPT'
        rule filter DOCKER-ISOLATION-STAGE-1 '-j RETURN'
        iptables -I FORWARD -j DOCKER-ISOLATION-STAGE-1
        iptables -I FORWARD -j DOCKER-USER
        """;

    private const string Rules = """
        *filter
        :INPUT DROP [0:0]
        :FORWARD DROP [0:0]
        :OUTPUT ACCEPT [0:0]
        -A INPUT -i lo -j ACCEPT
        -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
        COMMIT
        """;

    private const string Rules6 = """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A INPUT -p ipv6-icmp -j ACCEPT
        -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
        -A INPUT -j REJECT --reject-with icmp6-port-unreachable
        -A FORWARD -j REJECT --reject-with icmp6-adm-prohibited
        COMMIT
        """;

    private const string Nftables = """
        flush ruleset
        table inet filter {
            chain input {
                type filter hook input priority filter; policy drop;
                iif "lo" accept
                ct state established,related accept
                meta l4proto ipv6-icmp accept
                tcp dport 22 accept
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
                ct state established,related accept
                counter reject with icmpx type admin-prohibited
            }
        }
        """;

    // As iptables-restore-translate writes it: under the names of iptables, and no longer iptables' own. A chain that all goes through shuts.
    private const string Translated = """
        flush ruleset
        table ip filter {
            chain INPUT {
                type filter hook input priority filter; policy drop;
                iif "lo" accept
                ct state established,related accept
                tcp dport 22 accept
            }
            chain FORWARD {
                type filter hook forward priority filter; policy accept;
                ct state established,related accept
                jump world
            }
            chain world {
                ip saddr 10.0.0.0/8 accept
                drop
            }
        }
        """;

    /// <summary>ufw, enabled.</summary>
    public static readonly OtherFirewall Ufw = new(
        Flush + "ufw allow 22/tcp; ufw limit 2222/tcp comment 'not ours'; ufw --force enable",
        ["ufw reload", "systemctl restart ufw", "ufw disable; ufw --force enable"],
        "ufw --force reset; rm -f /etc/ufw/*.rules.2*; systemctl stop ufw; nft flush ruleset");

    /// <summary>firewalld, with the zones it comes with.</summary>
    public static readonly OtherFirewall Firewalld = new(
        Flush + "systemctl start firewalld; firewall-cmd --permanent --add-port=2222/tcp; firewall-cmd --reload",
        ["firewall-cmd --reload", "firewall-cmd --complete-reload", "systemctl restart firewalld"],
        "systemctl stop firewalld; rm -f /etc/firewalld/zones/*; nft flush ruleset");

    /// <summary>What Docker makes of iptables; its service is a stand-in that makes the rules.</summary>
    public static readonly OtherFirewall DockerLike = new(
        Flush + Place("/usr/local/sbin/docker-rules", Docker) + "chmod 755 /usr/local/sbin/docker-rules; "
            + Place("/etc/systemd/system/docker.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/sbin/docker-rules\n")
            + "systemctl daemon-reload; systemctl start docker",
        ["systemctl restart docker", "nft flush ruleset; systemctl restart docker"],
        "systemctl stop docker; rm /etc/systemd/system/docker.service /usr/local/sbin/docker-rules; systemctl daemon-reload; nft flush ruleset; echo 0 >/proc/sys/net/ipv4/ip_forward");

    /// <summary>An administrator's own rules of iptables, policies DROP, loaded by a service; and strict reverse path filtering.</summary>
    public static readonly OtherFirewall IptablesDrop = new(
        Flush + Place("/etc/iptables.rules", Rules) + Place("/etc/ip6tables.rules", Rules6)
            + Place("/etc/systemd/system/netfilter-persistent.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/iptables-restore /etc/iptables.rules\nExecStart=/usr/sbin/ip6tables-restore /etc/ip6tables.rules\n")
            + "systemctl daemon-reload; systemctl start netfilter-persistent; sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.default.rp_filter=1 net.ipv4.conf.eth0.rp_filter=1",
        ["systemctl restart netfilter-persistent"],
        "systemctl stop netfilter-persistent; rm /etc/iptables.rules /etc/ip6tables.rules /etc/systemd/system/netfilter-persistent.service; systemctl daemon-reload; "
            + "sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0; nft flush ruleset");

    /// <summary>An administrator's own tables of nftables that drop and reject.</summary>
    public static readonly OtherFirewall NftablesDrop = OfNftables(Nftables, "systemctl reload nftables", "systemctl restart nftables", "systemctl stop nftables; systemctl start nftables");

    /// <summary>The same in the tables that iptables over nftables would have.</summary>
    public static readonly OtherFirewall NftablesTranslated = OfNftables(Translated, "systemctl reload nftables");

    /// <summary>A server without nft, whose iptables is one over nftables, or the legacy one.</summary>
    public static OtherFirewall WithoutNft(string kind) => new(
        Flush + $"mv /usr/sbin/nft /usr/sbin/nft.away; for family in iptables ip6tables; do update-alternatives --set $family /usr/sbin/$family-{kind}; done; "
            + Place("/etc/iptables.rules", Rules) + Place("/etc/ip6tables.rules", Rules6) + "iptables-restore /etc/iptables.rules; ip6tables-restore /etc/ip6tables.rules",
        [],
        "for family in iptables ip6tables; do $family -F; $family -P INPUT ACCEPT; $family -P FORWARD ACCEPT; done; rm /etc/iptables.rules /etc/ip6tables.rules; mv /usr/sbin/nft.away /usr/sbin/nft; "
            + "for family in iptables ip6tables; do update-alternatives --auto $family; done; nft flush ruleset");

    private static OtherFirewall OfNftables(string rules, params string[] reloads) => new(
        "cp /etc/nftables.conf /etc/nftables.conf.was; " + Place("/etc/nftables.conf", rules) + "systemctl restart nftables",
        reloads,
        "mv /etc/nftables.conf.was /etc/nftables.conf; systemctl stop nftables; nft flush ruleset");

    private static string Place(string path, string text) => $"cat >{path} <<'END'\n{text}\nEND\n";
}
