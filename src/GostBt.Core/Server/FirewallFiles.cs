using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>The files that make up the firewall of one profile on a server.</summary>
internal static class FirewallFiles
{
    // In the order of the program: what it is made of, then what it does with its arguments.
    private static readonly string[] Parts =
    [
        "firewall-begin.sh", "firewall-nft.sh", "firewall-iptables.sh", "firewall-ipv6.sh", "firewall-tun.sh", "firewall-ufw.sh", "firewall-firewalld.sh",
        "firewall-chains.sh", "firewall-hooks.sh", "firewall.sh",
    ];

    /// <summary>The program that loads it.</summary>
    public static PlannedFile Program() => PlannedFile.OfText(ServerPaths.Firewall, "755", "root", ProgramText());

    /// <summary>The program's text.</summary>
    public static string ProgramText() => string.Concat(Parts.Select(part => EmbeddedScript.Read("Server", part)));

    /// <summary>Where its rules are, for people.</summary>
    public static string Rules(Profile profile, ServerFacts facts) => facts.FirewallBackend == FirewallBackend.Nft
        ? "table inet " + ServerPaths.Table(profile.Name)
        : "chains GOSTBT-*-" + ServerPaths.Device(profile.Name) + " of iptables";

    /// <summary>The same, and whom they have to get on with.</summary>
    public static string Describe(Profile profile, ServerFacts facts) =>
        "(" + Rules(profile, facts) + ")"
        + (facts.FirewallFrontEnd is { } other ? " and let " + other + " pass its packets" : string.Empty);

    /// <summary>Its rules and settings.</summary>
    public static IReadOnlyList<PlannedFile> For(Profile profile, ServerFacts facts)
    {
        var plan = FirewallPlan.For(profile, facts);
        var backend = facts.FirewallBackend;
        return backend == FirewallBackend.Nft
            ? [File("firewall.settings", FirewallSettings.Write(plan, backend)), File("firewall.nft", NftRenderer.Render(plan))]
            :
            [
                File("firewall.settings", FirewallSettings.Write(plan, backend)),
                File("firewall.iptables", IptablesRenderer.Render4(plan)),
                File("firewall.ip6tables", IptablesRenderer.Render6(plan)),
            ];

        PlannedFile File(string name, string text) => PlannedFile.OfText(ServerPaths.Folder(profile.Name) + "/" + name, "640", ServerPaths.UserOf(profile.Name), text);
    }
}
