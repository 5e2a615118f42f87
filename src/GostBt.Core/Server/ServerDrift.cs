using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>Lists how a server differs from what its profile says, with a remedy for each. Pure: the same facts, the same findings.</summary>
internal sealed class ServerDrift
{
    private const long LeastFreeKibibytes = 100 * 1024;

    private static readonly TimeSpan MostClockDifference = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly ServerPlan _plan;
    private readonly ServerFacts _facts;
    private readonly DeployedProfile _deployed;
    private readonly string _repair;
    private readonly string _update;
    private readonly List<ServerFinding> _findings = [];

    private ServerDrift(ServerPlan plan, DeployedProfile deployed)
    {
        _plan = plan;
        _facts = plan.Facts;
        _deployed = deployed;
        _repair = Repair(plan.Profile);
        _update = $"Update it: Update-GostBtServer -Name {plan.Profile.Name}.";
    }

    /// <param name="plan">What would have to be done to make the server what the profile says, see <see cref="ServerPlanner.Compare"/>.</param>
    /// <param name="secrets">The profile's secrets; null when they are lost.</param>
    /// <param name="resolved">The public addresses that the host's name stands for; empty when unknown.</param>
    /// <param name="now">This PC's time when the facts were taken.</param>
    public static IReadOnlyList<ServerFinding> Find(ServerPlan plan, ProfileSecrets? secrets, IReadOnlyList<string> resolved, DateTimeOffset now)
    {
        if (plan.Facts.Profile(plan.Profile.Name.Value) is not { } deployed)
        {
            return [new("NotDeployed", FindingSeverity.Error, $"Nothing of '{plan.Profile.Name}' is on {plan.Ssh.Target}.", Repair(plan.Profile))];
        }

        var drift = new ServerDrift(plan, deployed);
        drift.Services();
        drift.Files();
        drift.Rules();
        drift.Certificate(secrets, now);
        drift.System(now);
        drift.Addresses(resolved);
        drift.Requirements();
        if (drift._findings.Count == 0 && plan.HasChanges)
        {
            drift.Error("Outdated", $"The server is not what this GostBt would make of it: {string.Join("; ", plan.Steps)}.", drift._repair);
        }

        return [.. drift._findings.OrderByDescending(finding => finding.Severity)];
    }

    private static string Repair(Profile profile) => $"Deploy it again: Get-GostBtProfile {profile.Name} | New-GostBtServer; it puts right what is wrong and leaves the rest.";

    private void Services()
    {
        var (engine, firewall) = ServiceBackend.For(_facts).Names(_plan.Profile.Name.Value);
        if (!_deployed.EngineActive)
        {
            Error("EngineStopped", $"The engine's service {engine} does not run.", _repair);
        }

        if (!_deployed.EngineEnabled)
        {
            Error("EngineNotEnabled", $"The engine's service {engine} does not start at boot.", _repair);
        }

        if (!_deployed.FirewallActive)
        {
            Error("FirewallStopped", $"The firewall's service {firewall} is not active.", _repair);
        }

        if (!_deployed.FirewallEnabled)
        {
            Error("FirewallNotEnabled", $"The firewall's service {firewall} does not start at boot.", _repair);
        }

        if (!_facts.Forwarding)
        {
            Error("ForwardingOff", "IPv4 forwarding (net.ipv4.ip_forward) is off.", _repair);
        }
    }

    private void Files()
    {
        if (_plan.IsProgramOld)
        {
            Warning("EngineOld", "The engine is another version than this PC's.", _update);
        }

        foreach (var file in _plan.Upload)
        {
            var placed = _facts.File(file.Path);
            if (placed is null)
            {
                Error("FileMissing", $"{file.Path} is missing.", _repair);
            }
            else if (placed.Hash == file.Hash)
            {
                Error("FileChanged", $"{file.Path} has mode {placed.Mode} and belongs to {placed.Owner}; it should have {file.Mode} and belong to root:{file.Group}.", _repair);
            }
            else if (_deployed.RecordedHash(file.Path) == placed.Hash)
            {
                Warning("FileOutdated", $"{file.Path} is as another version of GostBt, or an earlier profile, made it.", _repair);
            }
            else
            {
                Error("FileChanged", $"{file.Path} is not as GostBt made it.", _repair);
            }
        }
    }

    private void Rules()
    {
        if (_deployed.RulesHash is null)
        {
            Error("RulesMissing", "The firewall's rules are not loaded: no port is published.", _repair);
        }
        else if (_deployed.RulesHash != _deployed.Value("rules"))
        {
            Error("RulesChanged", "The firewall's rules are not as GostBt loaded them: one is missing, or was added.", _repair);
        }
    }

    private void Certificate(ProfileSecrets? secrets, DateTimeOffset now)
    {
        if (secrets is null)
        {
            Error("SecretsMissing", "The relay's password and the pinned certificate are not on this PC, so no tunnel can start.", "Import them (Import-GostBtProfile) from the PC that has them, or make new ones: " + _repair);
        }

        if (_plan.CreateCertificate || _deployed.CertificatePem is not { } pem)
        {
            Error("CertificateMissing", "The server's certificate or its key is missing.", _repair);
            return;
        }

        if (ServedCertificate.TryRead(pem) is not { } served)
        {
            Error("CertificateBroken", "The server's certificate cannot be read.", $"Remove it there ('rm {ServerPaths.Folder(_plan.Profile.Name)}/cert.pem'), then: {_repair}");
            return;
        }

        if (secrets is { CertificatePem.Length: > 0 } && !PublicKeyPin.AllOf(secrets.CertificatePem).Contains(served.Pin))
        {
            Error("CertificateOther", "The server's certificate has another key than the one this PC has pinned.", $"If you or another PC of yours changed it, take it over: {_repair} Otherwise find out who did.");
        }

        var end = served.End;
        var renew = $"Renew it: Update-GostBtServer -Name {_plan.Profile.Name} -RenewCertificate.";
        if (end <= now)
        {
            Error("CertificateExpired", $"The server's certificate has been out of date since {end:yyyy-MM-dd}.", renew);
        }
        else if (end - now < RenewBefore)
        {
            Warning("CertificateExpiring", $"The server's certificate ends on {end:yyyy-MM-dd}.", renew);
        }
    }

    private void System(DateTimeOffset now)
    {
        if (_facts.DiskFree is { } free && free < LeastFreeKibibytes)
        {
            Warning("DiskFull", $"The server has {free / 1024} MB left under /usr/local.", "Free some disk space there: an update needs room beside the engine that runs.");
        }

        if (_facts.Clock is { } clock && (clock - now).Duration() > MostClockDifference)
        {
            Error("ClockWrong", $"The server's clock says {clock:u}, this PC's {now:u}: certificates may seem not yet, or no longer, valid.", "Have the clock set by the network on the one that is wrong: 'timedatectl set-ntp true', or the date and time settings.");
        }
    }

    private void Addresses(IReadOnlyList<string> resolved)
    {
        if (_plan.Profile.Server.PublicAddress is not { } known || _facts.Addresses.Contains(known, StringComparer.Ordinal))
        {
            return;
        }

        // The server's own address counts where it is public; behind a provider's translation what its name stands for does.
        var current = _facts.Source is { } source && PublicRanges.IsPublic4(source) ? source : resolved.Contains(known, StringComparer.Ordinal) ? known : resolved.Count > 0 ? resolved[0] : null;
        if (current is not null && current != known)
        {
            Error("AddressChanged", $"The server's public address is {current} now; the tunnel goes to {known}.", $"Take it over: Get-GostBtProfile {_plan.Profile.Name} | New-GostBtServer -PublicAddress {current}; then start the tunnel again.");
        }
    }

    private void Requirements()
    {
        try
        {
            ServerRequirements.Require(_plan.Profile, _facts);
        }
        catch (GostBtException e) when (_findings.TrueForAll(finding => finding.Id != "DiskFull"))
        {
            Error(e.Failure.ToString(), e.Message, e.Remedy);
        }
        catch (GostBtException)
        {
            // The full disk is among the findings.
        }
    }

    private void Error(string id, string message, string remedy) => _findings.Add(new ServerFinding(id, FindingSeverity.Error, message, remedy));

    private void Warning(string id, string message, string remedy) => _findings.Add(new ServerFinding(id, FindingSeverity.Warning, message, remedy));
}
