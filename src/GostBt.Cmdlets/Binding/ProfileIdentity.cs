using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>
/// What <c>-Name</c> takes: a profile's name as text, or any object of GostBt that belongs to a profile. It keeps the text unchecked, so that a bad
/// name among many is an error about that one and not about the whole call.
/// </summary>
public sealed class ProfileIdentity
{
    /// <param name="name">A profile's name, or a wildcard where the cmdlet takes one.</param>
    public ProfileIdentity(string name) => Text = name ?? string.Empty;

    /// <param name="name">A profile's name.</param>
    public ProfileIdentity(ProfileName name) => Text = name.Value;

    /// <param name="profile">A profile.</param>
    public ProfileIdentity(Profile profile) => Text = profile.Name.Value;

    /// <param name="server">What <c>New-GostBtServer</c> returned.</param>
    public ProfileIdentity(GostBtServer server) => Text = server.Name;

    /// <param name="health">What <c>Test-GostBtServer</c> returned.</param>
    public ProfileIdentity(GostBtServerHealth health) => Text = health.Name;

    /// <param name="port">What <c>Get-GostBtPort</c> returned.</param>
    public ProfileIdentity(GostBtPort port) => Text = port.Name;

    /// <param name="tunnel">What <c>Start-GostBtTunnel</c> returned.</param>
    public ProfileIdentity(GostBtTunnel tunnel) => Text = tunnel.Name;

    /// <param name="test">What <c>Test-GostBtTunnel</c> returned.</param>
    public ProfileIdentity(GostBtTunnelTest test) => Text = test.Name;

    /// <param name="autoStart">What <c>Register-GostBtAutoStart</c> returned.</param>
    public ProfileIdentity(GostBtAutoStart autoStart) => Text = autoStart.Name;

    /// <param name="splitRoute">What <c>Set-GostBtSplitRoute</c> returned.</param>
    public ProfileIdentity(GostBtSplitRoute splitRoute) => Text = splitRoute.Name;

    /// <param name="result">What <c>Test-GostBtPort</c> returned.</param>
    public ProfileIdentity(PortProbeResult result) => Text = result.Name;

    /// <summary>The name as given.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
