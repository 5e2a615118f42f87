using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Lab.Tests.Matrix;

/// <summary>The ways to log in to a server: each prepares the VPS, when it is not so already, and says how to reach it.</summary>
internal static class Logins
{
    public const string RootByKey = "root by key";
    public const string RootByProtectedKey = "root by key with passphrase";
    public const string RootByPassword = "root by password";
    public const string RootOverIPv6 = "root by key, IPv6";
    public const string RootOnAnotherPort = "root by key, port 2222";
    public const string Sudoer = "sudoer by key";
    public const string SudoerWithPassword = "sudoer with password";

    // Not random: a failed cell can be logged in to by hand.
    private const string Secret = "matrix 4'$x\"";

    public static async Task<ServerRequest> PrepareAsync(string login, Deployment home)
    {
        var facts = home.Lab.Facts;
        switch (login)
        {
            case RootByKey:
                return home.Request();
            case Sudoer:
                return home.Request(user: "admin");
            case RootOverIPv6:
                return home.Request(host: $"[{facts.VpsAddress6}]");
            case RootOnAnotherPort:
                await home.VpsAsync("printf 'Port 22\\nPort 2222\\n' >/etc/ssh/sshd_config.d/port.conf; service ssh restart");
                var other = home.Request();
                var target = new ServerTarget(other.Target.Host, other.Target.User, 2222);
                return other with { Target = target, Ssh = other.Ssh with { Target = target } };
            case RootByPassword:
                await home.VpsAsync("printf 'PermitRootLogin yes\\nPasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/root.conf; service ssh restart");
                await SetPasswordAsync("root");
                var byPassword = home.Request();
                return byPassword with { Ssh = byPassword.Ssh with { IdentityFile = null, Password = SshPassword.From(Secret) } };
            case SudoerWithPassword:
                await home.VpsAsync("printf 'admin ALL=(ALL) ALL\\n' >/etc/sudoers.d/admin");
                await SetPasswordAsync("admin");
                var sudoer = home.Request(user: "admin");
                return sudoer with { Ssh = sudoer.Ssh with { SudoPassword = SshPassword.From(Secret) } };
            case RootByProtectedKey:
                var key = Path.Combine(home.Folder, "protected");
                File.Copy(facts.SshKey, key);
                (await Raising.Command.RunAsync("ssh-keygen", ["-q", "-p", "-P", "", "-N", Secret, "-f", key], input: null, TimeSpan.FromSeconds(20))).Succeeded();
                var locked = home.Request(key: key);
                return locked with { Ssh = locked.Ssh with { KeyPassphrase = SshPassword.From(Secret) } };
            default:
                throw new ArgumentOutOfRangeException(nameof(login), login, "No such login.");
        }

        async Task SetPasswordAsync(string user) => (await home.Lab.ExecAsync("vps", ["chpasswd"], $"{user}:{Secret}\n")).Succeeded();
    }
}
