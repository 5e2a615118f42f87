using System.Globalization;
using GostBt.Gost;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>Compares what a server is with what it is to be. Pure: it touches neither side.</summary>
internal static class ServerPlanner
{
    /// <param name="profile">What the server is to be, with its public address.</param>
    /// <param name="ssh">How it is reached.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="secrets">The relay's user and password, kept or new.</param>
    /// <param name="engine">gostbt as it is to be placed: the bundled engine, and what makes certificates.</param>
    /// <param name="gost">The gost that the server is to run, with what it takes to place it; null for the bundled engine, and where nothing is going to be placed.</param>
    /// <param name="keepEngine">Whether a gostbt that the profile was deployed with stays, whichever it is.</param>
    /// <param name="takeOver">Whether a profile of another owner becomes this one's.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/> or <see cref="GostBtFailure.Conflict"/>.</exception>
    public static ServerPlan Plan(
        Profile profile, SshOptions ssh, ServerFacts facts, ProfileSecrets secrets, PlannedFile engine, PlannedFile? gost = null, bool keepEngine = false, bool takeOver = false)
    {
        ServerRequirements.Require(profile, facts);
        if (!takeOver)
        {
            ProfileOwner.Require(profile.Name, facts.Profile(profile.Name.Value), secrets, ssh.Target);
        }

        return Compare(profile, ssh, facts, secrets, engine, gost, keepEngine);
    }

    /// <summary>As <see cref="Plan"/>, whether or not the server allows it.</summary>
    public static ServerPlan Compare(
        Profile profile, SshOptions ssh, ServerFacts facts, ProfileSecrets secrets, PlannedFile engine, PlannedFile? gost = null, bool keepEngine = false)
    {
        var deployed = facts.Profile(profile.Name.Value);
        var user = ServerPaths.UserOf(profile.Name);
        var folder = ServerPaths.Folder(profile.Name);
        var configuration = PlannedFile.OfText(folder + "/engine.yaml", "640", user, GostYaml.Write(EngineConfiguration.For(profile, secrets)));
        List<PlannedFile> firewall = [FirewallFiles.Program(), .. FirewallFiles.For(profile, facts)];
        var bundled = engine;
        if (keepEngine && deployed?.Value("program") is { } program && facts.File(program) is { } there && deployed.RecordedHash(program) == there.Hash)
        {
            engine = PlannedFile.Known(program, "755", "root", there.Hash);
        }

        var backend = ServiceBackend.For(facts);
        var sysctl = PlannedFile.OfText(ServerPaths.Sysctl, "644", "root", EmbeddedScript.Read("Server", "gostbt.sysctl"));
        var service = backend.ServiceFiles(profile, ServerPaths.EngineCommand(profile, engine));
        gost ??= ServerEngineSource.Expected(profile);
        List<PlannedFile> files = [engine, .. gost is null ? Array.Empty<PlannedFile>() : [gost], configuration, .. firewall, .. service, .. backend.FirewallFiles(profile), sysctl];
        var upload = files.Where(file => !file.IsPlaced(facts.File(file.Path))).ToList();
        var obsolete = facts.Files.Select(file => file.Path).Where(IsObsolete).ToList();
        var head = ManifestHead(profile, secrets, engine);
        var createCertificate = deployed?.CertificatePem is null || facts.File(folder + "/key.pem") is null;
        var loadFirewall = upload.Any(firewall.Contains) || obsolete.Count > 0 || deployed?.FirewallActive != true || deployed.RulesHash is null || deployed.RulesHash != deployed.Value("rules");
        var restartEngine = upload.Any(file => file == engine || file == gost || file == configuration || service.Contains(file)) || createCertificate || deployed?.EngineActive != true;
        var steps = new List<string>();
        Step(facts.Transaction is not null, $"take back the unfinished deployment of the profile '{facts.Transaction}'");
        Step(!facts.HasUser, "create the system user " + user);
        foreach (var file in upload)
        {
            Step(true, (facts.File(file.Path) is null ? "place " : "replace ") + file.Path + (file == engine ? Megabytes(file.Length) : file == gost ? Origin(gost) : string.Empty));
        }

        foreach (var path in obsolete)
        {
            Step(true, "remove " + path);
        }

        Step(!createCertificate && facts.Files.Any(file => IsKey(file.Path) && file.Owner != "root:" + user), $"give the certificate and its key to the user {user}");
        Step(createCertificate, "make a TLS certificate and its key in " + folder);
        Step(!facts.Forwarding, "switch IPv4 forwarding on");
        Step(loadFirewall, $"load the firewall {FirewallFiles.Describe(profile, facts)}: publish {string.Join(", ", profile.Ports)} to {profile.Tunnel.Client}");
        Step(deployed?.EngineEnabled != true || !deployed.FirewallEnabled, "have engine and firewall start at boot");
        Step(restartEngine, $"{(deployed?.EngineActive == true ? "restart" : "start")} the engine: {profile.Tunnel.Transport} on TCP port {Text(profile.Tunnel.Port)}");
        Step(deployed is not null && ManifestHead(deployed) != head, "update the manifest");
        return new ServerPlan
        {
            Profile = profile,
            Ssh = ssh,
            Facts = facts,
            Steps = steps,
            Upload = upload,
            Files = files,
            Obsolete = obsolete,
            Program = engine,
            IsProgramOld = engine.Path != bundled.Path,
            LoadFirewall = loadFirewall,
            RestartEngine = restartEngine,
            CreateCertificate = createCertificate,
            ManifestHead = head,
            Secrets = secrets with { CertificatePem = createCertificate ? string.Empty : deployed!.CertificatePem! },
        };

        // Rules for what carried them before count among the firewall's files, too.
        bool IsObsolete(string path) => path == ServerPaths.LowPortDropIn(profile.Name)
            || (path.StartsWith(folder + "/firewall.", StringComparison.Ordinal) && firewall.TrueForAll(file => file.Path != path));

        bool IsKey(string path) => path == folder + "/cert.pem" || path == folder + "/key.pem";

        void Step(bool needed, string text)
        {
            if (needed)
            {
                steps.Add(text);
            }
        }
    }

    private static string ManifestHead(Profile profile, ProfileSecrets secrets, PlannedFile engine) => string.Concat(
        new[]
        {
            "gostbt-manifest 1",
            "owner " + ProfileOwner.Of(secrets),
            "program " + engine.Path,
            "tunnel-port " + Text(profile.Tunnel.Port),
            "tun-port " + Text(profile.Tunnel.TunPort),
            "network " + profile.Tunnel.Network,
        }.Concat(profile.Tunnel.Network6 is { } six ? ["network6 " + six] : Array.Empty<string>()).Concat(profile.Server.Engine is { } gost ? ["engine " + ServerPaths.Gost(gost)] : Array.Empty<string>()).Concat(profile.Ports.Select(port => "port " + port)).Select(line => line + "\n"));

    // What the server itself added comes after the head.
    private static string ManifestHead(DeployedProfile deployed) => string.Concat(deployed.Manifest
        .Where(line => !line.StartsWith("file ", StringComparison.Ordinal) && !line.StartsWith("rules ", StringComparison.Ordinal))
        .Select(line => line + "\n"));

    private static string Origin(PlannedFile gost) => gost.Fetch is { } fetch ? $", which the server fetches from {fetch.Address}" : Megabytes(gost.Length);

    private static string Megabytes(long bytes) => string.Format(CultureInfo.InvariantCulture, " ({0:0.0} MB)", bytes / 1e6);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
