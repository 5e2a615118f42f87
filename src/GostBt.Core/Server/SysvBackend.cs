using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>Init scripts of LSB form for sysvinit, and a supervisor for what it does not do.</summary>
internal sealed class SysvBackend : ServiceBackend
{
    private const string Supervisor = ServerPaths.Programs + "supervise";

    /// <inheritdoc/>
    public override string Functions => EmbeddedScript.Read("Server", "service-sysv.sh");

    /// <inheritdoc/>
    public override IReadOnlyList<PlannedFile> ServiceFiles(Profile profile, string command) =>
    [
        PlannedFile.OfText(Supervisor, "755", "root", EmbeddedScript.Read("Server", "supervise.sh")),
        InitScript(Names(profile.Name.Value).Engine, "initd-engine.sh", profile, command),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<PlannedFile> FirewallFiles(Profile profile) => [InitScript(Names(profile.Name.Value).Firewall, "initd-firewall.sh", profile, string.Empty)];

    /// <inheritdoc/>
    public override (string Engine, string Firewall) Names(string profile) => ("gostbt_" + profile, "gostbt_firewall_" + profile);

    // None of the values needs quoting: a profile's name is lower-case letters, digits and hyphens.
    private static PlannedFile InitScript(string service, string resource, Profile profile, string command) => PlannedFile.OfText(
        "/etc/init.d/" + service,
        "755",
        "root",
        EmbeddedScript.Read("Server", resource)
            .Replace("@NAME@", profile.Name.Value)
            .Replace("@USER@", ServerPaths.UserOf(profile.Name))
            .Replace("@CAPABILITIES@", profile.Tunnel.Port < FirstUnprivilegedPort ? "+net_admin,+net_bind_service" : "+net_admin")
            .Replace("@COMMAND@", command));
}
