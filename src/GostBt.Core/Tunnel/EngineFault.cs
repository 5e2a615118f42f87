using System.Text.RegularExpressions;
using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>Makes of an engine's error line, gost's or the bundled engine's, a reason that people and scripts can use.</summary>
internal static class EngineFault
{
    private const string Repin = "If the server was deployed again from another PC, deploy it from here too; else somebody is in between.";
    private const string Redeploy = "Deploy the server again: that sets the same secrets on both sides.";
    private const string KeptIn = "this PC does not let the connection to the server out";
    private const string LetOut =
        "Let what goes to the server's tunnel port out of this PC: its firewall, a VPN's kill switch, 'ip rule'. The tunnel comes up by itself then.";

    private const string FreePort = "End the other program, or give the profile another proxy port or interface.";

    private static readonly Regex JsonMessage = new("\"msg\":\"((?:[^\"\\\\]|\\\\.)*)\"", RegexOptions.CultureInvariant);
    private static readonly Regex JsonLevel = new("\"level\":\"(error|fatal|warn|warning)\"", RegexOptions.CultureInvariant);
    private static readonly Regex PlainLevel = new("\\A\\S+ (?:error|fatal|warn) (.*)\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    private static readonly (string Sign, GostBtFailure Failure, string Meaning, string Remedy)[] Known =
    [
        ("cannot be trusted", GostBtFailure.VerificationFailed, "the server's key is not the pinned one", Repin),
        ("certificate", GostBtFailure.VerificationFailed, "the server's key is not the pinned one", Repin),
        ("x509", GostBtFailure.VerificationFailed, "the server's key is not the pinned one", Repin),
        ("wrong user or password", GostBtFailure.AuthenticationFailed, "the server refused the user and password", Redeploy),
        ("unauthorized", GostBtFailure.AuthenticationFailed, "the server refused the user and password", Redeploy),
        ("cannot listen on", GostBtFailure.Conflict, "an address or port is in use", FreePort),
        ("address already in use", GostBtFailure.Conflict, "an address or port is in use", FreePort),
        ("device or resource busy", GostBtFailure.Conflict, "the TUN device is in use", "End the other program, or give the profile another interface name."),
        ("wintun.dll", GostBtFailure.UnsupportedSystem, "this PC has no usable Wintun", "Run Install-GostBtEngine, which places the right wintun.dll."),
        ("load Wintun's driver", GostBtFailure.UnsupportedSystem, "Windows refuses Wintun's driver", "Install the pending updates of Windows, restart it, and check that no policy blocks drivers."),
        ("This Windows cannot", GostBtFailure.UnsupportedSystem, "this Windows lacks a call", "Run it on Windows 10 or later."),
        ("The interface name", GostBtFailure.Conflict, "the interface's name is taken", "End the other program, or give the profile another interface name."),
        ("(error 5 of Windows)", GostBtFailure.NotPrivileged, "Windows did not permit it", "Run it as administrator."),

        // What connect() says where packets may not leave, to the bundled engine and to gost: no right that this program lacks.
        ("does not answer: Permission denied", GostBtFailure.HostUnreachable, KeptIn, LetOut),
        ("connect: operation not permitted", GostBtFailure.HostUnreachable, KeptIn, LetOut),
        ("connect: permission denied", GostBtFailure.HostUnreachable, KeptIn, LetOut),
        ("operation not permitted", GostBtFailure.NotPrivileged, "the system did not permit it", "Run it as root."),
        ("permission denied", GostBtFailure.NotPrivileged, "the system did not permit it", "Run it as root."),
        ("connection refused", GostBtFailure.HostUnreachable, "nothing listens on the server's tunnel port", "Check that the server's service runs: Get-GostBtServer."),
        ("no route to host", GostBtFailure.HostUnreachable, "there is no way to the server", "Check this PC's connection and the provider's firewall."),
        ("network is unreachable", GostBtFailure.HostUnreachable, "this PC has no network", "Check this PC's connection."),
        ("did not finish its handshake", GostBtFailure.HostUnreachable, "what listens on the server's tunnel port does not answer", "Check that the server's service runs, and that nothing in between holds the connection."),
        ("timeout", GostBtFailure.HostUnreachable, "the server does not answer", "Check that the provider's firewall lets the tunnel port in."),
        ("timed out", GostBtFailure.HostUnreachable, "the server does not answer", "Check that the provider's firewall lets the tunnel port in."),
    ];

    // gost logs it as an error that its device has its address already, and goes on; on Linux the agent sets it.
    private const string AddressIsThere = "file exists";

    /// <summary>The text of a line that tells of an error; null for any other line.</summary>
    public static string? ErrorOf(string line) => TextOf(line) is { } text && text != AddressIsThere ? text : null;

    private static string? TextOf(string line)
    {
        if (line.StartsWith("{", StringComparison.Ordinal))
        {
            return JsonLevel.IsMatch(line) && JsonMessage.Match(line) is { Success: true } message ? Regex.Unescape(message.Groups[1].Value) : null;
        }

        return PlainLevel.Match(line) is { Success: true } plain ? plain.Groups[1].Value.Replace("Trying again.", string.Empty).TrimEnd('.', ' ') : null;
    }

    /// <param name="error">An engine's error text, or null when it said nothing.</param>
    /// <param name="step">What was being done.</param>
    public static GostBtException Explain(string? error, string step)
    {
        if (error is null)
        {
            return new GostBtException(GostBtFailure.TunnelFailed, $"{step}: no answer, and the engine reports no error.", "Check the server with Get-GostBtServer, and that no firewall here drops the tunnel's traffic.");
        }

        foreach (var (sign, failure, meaning, remedy) in Known)
        {
            if (error.IndexOf(sign, StringComparison.OrdinalIgnoreCase) >= 0)
            {
                return new GostBtException(failure, $"{step}: {meaning} ({error}).", remedy);
            }
        }

        return new GostBtException(GostBtFailure.TunnelFailed, $"{step}: {error}.", "The agent's log tells more.");
    }

    /// <summary>Whether trying again cannot help.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="wasUp">
    /// Whether the server was seen and trusted before: then whoever shows another certificate or refuses the login (a hotel's portal, a deployment under way) may be gone
    /// tomorrow, and must not be able to end the tunnel for good.
    /// </param>
    public static bool IsFinal(GostBtFailure failure, bool wasUp = false) =>
        (!wasUp && (failure is GostBtFailure.VerificationFailed or GostBtFailure.AuthenticationFailed)) || IsOfThisPC(failure);

    private static bool IsOfThisPC(GostBtFailure failure) => failure
        is GostBtFailure.Conflict
        or GostBtFailure.NotPrivileged
        or GostBtFailure.UnsupportedSystem
        or GostBtFailure.InvalidInput
        or GostBtFailure.InvalidProfile
        or GostBtFailure.ProfileNotFound;
}
