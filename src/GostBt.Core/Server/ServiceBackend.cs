using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>An init system that GostBt's services can run under: what its scripts call, and the files it wants.</summary>
internal abstract class ServiceBackend
{
    /// <summary>An engine with a tunnel port below it needs one more capability.</summary>
    protected const int FirstUnprivilegedPort = 1024;

    /// <summary>The functions of the backend that fits where the script finds itself, for when the server is not known yet.</summary>
    public static string FoundFunctions =>
        EmbeddedScript.Read("Server", "init.sh")
        + "if [ \"$init\" = systemd ]; then\n" + new SystemdBackend().Functions + "else\n" + new SysvBackend().Functions + "fi\n";

    /// <summary>The functions that the scripts call, as a script to put in front of them.</summary>
    public abstract string Functions { get; }

    /// <summary>The backend of a server's init system; <see cref="ServerRequirements"/> has refused those that have none.</summary>
    public static ServiceBackend For(ServerFacts facts) => facts.Init == "sysv" ? new SysvBackend() : new SystemdBackend();

    /// <summary>The files that make the service which runs a profile's engine: it is restarted when one of them changes.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="command">The engine's command line: words that need no quotes.</param>
    public abstract IReadOnlyList<PlannedFile> ServiceFiles(Profile profile, string command);

    /// <summary>The files that make the service which loads a profile's firewall.</summary>
    public abstract IReadOnlyList<PlannedFile> FirewallFiles(Profile profile);

    /// <summary>What a profile's services are called there.</summary>
    public abstract (string Engine, string Firewall) Names(string profile);
}
