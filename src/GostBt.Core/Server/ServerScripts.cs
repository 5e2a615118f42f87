using System.Text;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>The scripts that run on a server, with their variables set before them; all of them need root.</summary>
internal static class ServerScripts
{
    /// <summary>The deadline of a script that only looks.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(60);

    /// <summary>The deadline of a deployment with its upload: 18 MB over a slow line.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMinutes(15);

    /// <summary>What the server says that it was set back for, when it was refused.</summary>
    public const string Refusal = "the PC that it is for refused it";

    private static readonly string Transaction = EmbeddedScript.Read("Server", "transaction.sh");

    /// <param name="name">The profile that is looked at closely.</param>
    public static string Facts(ProfileName name) => Compose("facts.sh", ServiceBackend.FoundFunctions, Of(name));

    public static string Apply(ServerPlan plan) => Compose(
        plan.Upload.Any(file => file.Fetch is not null) ? ["fetch.sh", "apply.sh"] : ["apply.sh"],
        Functions(plan.Facts),
        [
            .. Device(plan.Profile),
            ("PROGRAM", plan.Program!.Path),
            ("DIGEST", plan.Facts.Digest),
            ("LOAD_FIREWALL", YesNo(plan.LoadFirewall)),
            ("RESTART_ENGINE", YesNo(plan.RestartEngine)),
            ("CREATE_CERTIFICATE", YesNo(plan.CreateCertificate)),
        ]);

    public static string Verify(ServerPlan plan) => Verify(plan, refused: null);

    /// <summary>Sets the server back although it may find nothing wrong itself.</summary>
    public static string Refuse(ServerPlan plan) => Verify(plan, Refusal);

    public static string Remove(ServerRemovalPlan plan) =>
        Compose("remove.sh", Functions(plan.Facts), [.. Of(plan.Profile.Name), ("FIREWALL", FirewallFiles.ProgramText())]);

    /// <param name="name">The profile.</param>
    /// <param name="action"><c>renew</c>, <c>prepare</c> or <c>switch</c>.</param>
    public static string Certificate(ProfileName name, string action) => Compose("certificate.sh", ServiceBackend.FoundFunctions, [.. Of(name), ("ACTION", action)]);

    /// <param name="old">The tunnel's port.</param>
    /// <param name="port">The one it is to get.</param>
    /// <param name="action"><c>begin</c> or <c>end</c>.</param>
    public static string TryPort(int old, int port, string action) => RootScript.Wrap(
        FormattableString.Invariant($"OLD={old}\nPORT={port}\nACTION={ShellQuote.Quote(action)}\n") + EmbeddedScript.Read("Server", "try-port.sh"));

    /// <summary>The files of a deployment beside those that are placed.</summary>
    public static IReadOnlyList<SshFile> Files(ServerPlan plan)
    {
        var place = new StringBuilder();
        var fetch = new StringBuilder();
        var number = 0;
        var files = new List<SshFile>();
        foreach (var file in plan.Upload)
        {
            var name = FormattableString.Invariant($"file{number++}");
            if (file.Fetch is { } wanted)
            {
                fetch.Append(FormattableString.Invariant($"{name} {wanted.ArchiveHash} {wanted.ProgramHash ?? "-"} {wanted.Patience.TotalSeconds:0} {wanted.Address.AbsoluteUri}\n"));
            }
            else
            {
                files.Add(file.ToUpload(name));
            }

            place.Append(name).Append(' ').Append(file.Mode).Append(' ').Append(file.Group).Append(' ').Append(file.Path).Append('\n');
        }

        foreach (var path in plan.Obsolete)
        {
            place.Append("- - - ").Append(path).Append('\n');
        }

        if (fetch.Length > 0)
        {
            files.Add(Text("fetch", fetch.ToString()));
        }

        files.Add(Text("place", place.ToString()));
        files.Add(Text("head", plan.ManifestHead));
        files.Add(Text("rollback.sh", Functions(plan.Facts) + Transaction + EmbeddedScript.Read("Server", "rollback.sh")));
        return files;
    }

    private static string Verify(ServerPlan plan, string? refused) => Compose(
        "verify.sh",
        Functions(plan.Facts),
        [
            .. Device(plan.Profile),
            ("ID", plan.Transaction),
            ("ADDRESS", TunnelNetwork.Parse(plan.Profile.Tunnel.Network).ServerAddress.ToString()),
            ("REFUSED", refused ?? string.Empty),
        ]);

    private static IEnumerable<(string Name, string Value)> Device(Profile profile) =>
    [
        .. Of(profile.Name),
        ("PORT", profile.Tunnel.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("TUN", ServerPaths.Device(profile.Name)),
    ];

    private static IEnumerable<(string Name, string Value)> Of(ProfileName name) => [("NAME", name.Value), ("USER_NAME", ServerPaths.UserOf(name))];

    private static string Compose(string script, string functions, IEnumerable<(string Name, string Value)> variables) => Compose([script], functions, variables);

    private static string Compose(string[] scripts, string functions, IEnumerable<(string Name, string Value)> variables) => RootScript.Wrap(
        string.Concat(variables.Select(variable => variable.Name + "=" + ShellQuote.Quote(variable.Value) + "\n"))
        + functions
        + Transaction
        + string.Concat(scripts.Select(script => EmbeddedScript.Read("Server", script))));

    private static string Functions(ServerFacts facts) => ServiceBackend.For(facts).Functions;

    private static SshFile Text(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new SshFile(name, () => new MemoryStream(bytes, writable: false), bytes.Length);
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
