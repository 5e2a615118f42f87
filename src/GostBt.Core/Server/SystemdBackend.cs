using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>Services of systemd.</summary>
internal sealed class SystemdBackend : ServiceBackend
{
    /// <inheritdoc/>
    public override string Functions => EmbeddedScript.Read("Server", "service-systemd.sh");

    /// <inheritdoc/>
    /// <remarks>Units of its own, not instances of a template: another profile may come from another version of GostBt.</remarks>
    public override IReadOnlyList<PlannedFile> ServiceFiles(Profile profile, string command) =>
    [
        PlannedFile.OfText(ServerPaths.Unit(profile.Name), "644", "root", EmbeddedScript.Read("Server", "gostbt@.service")
            .Replace("@COMMAND@", command)
            .Replace("@USER@", ServerPaths.UserOf(profile.Name))
            .Replace("@CAPABILITIES@", profile.Tunnel.Port < FirstUnprivilegedPort ? "CAP_NET_ADMIN CAP_NET_BIND_SERVICE" : "CAP_NET_ADMIN")),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<PlannedFile> FirewallFiles(Profile profile) =>
        [PlannedFile.OfText(ServerPaths.FirewallUnit(profile.Name), "644", "root", EmbeddedScript.Read("Server", "gostbt-firewall@.service"))];

    /// <inheritdoc/>
    public override (string Engine, string Firewall) Names(string profile) => ("gostbt@" + profile, "gostbt-firewall@" + profile);
}
