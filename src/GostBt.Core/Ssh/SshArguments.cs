using System.Globalization;
using GostBt.Model;

namespace GostBt.Ssh;

/// <summary>The command line of OpenSSH's client (ssh(1), ssh_config(5)).</summary>
internal static class SshArguments
{
    /// <summary>What every child of ssh inherits, so that not even a jump host's ssh can ask anybody anything.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Environment = new Dictionary<string, string?>
    {
        ["LC_ALL"] = "C",
        ["SSH_ASKPASS_REQUIRE"] = "force",
        ["SSH_ASKPASS"] = "/bin/false",
    };

    /// <summary>Who to connect to: what the user said, and nothing that GostBt thinks.</summary>
    public static IReadOnlyList<string> Target(SshOptions options)
    {
        var arguments = new List<string>();
        if (options.ConfigFile is { } config)
        {
            arguments.AddRange(["-F", config]);
        }

        if (options.Target.Port is { } port)
        {
            arguments.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        if (options.Target.User is { } user)
        {
            arguments.AddRange(["-l", user]);
        }

        if (options.IdentityFile is { } identity)
        {
            // A percent sign would begin one of ssh's tokens.
            arguments.AddRange(["-i", identity.Replace("%", "%%"), "-o", "IdentitiesOnly=yes"]);
        }

        if (options.JumpHost is { } jump)
        {
            // Each hop must be a plain target: ssh hands it to a shell.
            var hops = jump.Split(',').Select(hop => ServerTarget.Parse(hop.Trim()).ToString());
            arguments.AddRange(["-J", string.Join(",", hops)]);
        }

        return arguments;
    }

    /// <summary>How GostBt connects: without a terminal, a question, a shared connection or a forwarding.</summary>
    /// <param name="options">How long to wait, and whether there is a secret to log in with.</param>
    /// <param name="answered">Whether a question is answered for the user (<see cref="AskpassChannel"/>); none ever reaches a terminal.</param>
    public static IReadOnlyList<string> Manner(SshOptions options, bool answered = false) =>
    [
        "-T",
        .. Questions(options, answered),
        "-o", "ConnectTimeout=" + Math.Max(1, (int)Math.Ceiling(options.ConnectTimeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        "-o", "ServerAliveInterval=5",
        "-o", "ServerAliveCountMax=4",
        "-o", "ControlMaster=no",
        "-o", "ControlPath=none",
        "-o", "ClearAllForwardings=yes",
        "-o", "ForwardAgent=no",
        "-o", "ForwardX11=no",
        "-o", "PermitLocalCommand=no",
        "-o", "RemoteCommand=none",
        "-o", "CheckHostIP=no",
        "-o", "UpdateHostKeys=no",
        "-o", "LogLevel=ERROR",
    ];

    private static List<string> Questions(SshOptions options, bool answered)
    {
        if (!answered)
        {
            return ["-o", "BatchMode=yes"];
        }

        var password = options.Password is null ? "no" : "yes";
        List<string> arguments =
        [
            "-o", "BatchMode=no",
            "-o", "NumberOfPasswordPrompts=1",
            "-o", "PasswordAuthentication=" + password,
            "-o", "KbdInteractiveAuthentication=" + password,
        ];
        if (options.Password is not null)
        {
            // An agent full of keys would use up the server's patience (MaxAuthTries) before the password has its turn.
            arguments.AddRange(["-o", "PreferredAuthentications=" + (options.IdentityFile is null ? string.Empty : "publickey,") + "password,keyboard-interactive"]);
        }

        return arguments;
    }

    /// <summary>A list of files as a value of <c>UserKnownHostsFile</c>.</summary>
    public static string FileList(IEnumerable<string> files) => string.Join(
        " ",
        files.Select(file => "\"" + file.Replace('\\', '/').Replace("%", "%%") + "\""));
}
