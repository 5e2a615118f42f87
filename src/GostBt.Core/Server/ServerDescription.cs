using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>A server as the cmdlets show it.</summary>
internal static class ServerDescription
{
    /// <summary>As the plan or the server itself says.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="facts">What was found on the server.</param>
    /// <param name="state">How its engine gets on.</param>
    /// <param name="certificatePem">The certificate it has; null where it is not deployed.</param>
    public static GostBtServer Of(Profile profile, ServerFacts facts, string state, string? certificatePem) => new()
    {
        Name = profile.Name.Value,
        HostName = SshOptions.For(profile).Target.ToString(),
        PublicAddress = profile.Server.PublicAddress ?? facts.Source ?? string.Empty,
        PublicAddress6 = TunnelNetwork6.Of(profile) is null ? null : profile.Server.PublicAddress6,
        TunnelPort = profile.Tunnel.Port,
        Ports = profile.Ports,
        System = facts.System,
        Engine = profile.Server.Engine is { } gost ? "gost " + (gost.Version ?? "by hand") : "bundled " + typeof(ServerDescription).Assembly.GetName().Version?.ToString(3),
        State = state,
        CertificateFingerprint = string.IsNullOrEmpty(certificatePem) ? null : Pem.Fingerprint(certificatePem!),
    };
}
