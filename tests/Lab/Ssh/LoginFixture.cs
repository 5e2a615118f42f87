using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>
/// A lab whose VPS has, beside the sshd that every VPS has on port 22, one that takes passwords also from root (2222) and one that asks for them by
/// keyboard-interactive only (2223); users who may sudo with a password; and a key with a passphrase.
/// </summary>
public sealed class LoginFixture : IAsyncLifetime
{
    /// <summary>Takes passwords, also root's.</summary>
    public const int PasswordPort = 2222;

    /// <summary>Asks for them by keyboard-interactive.</summary>
    public const int InteractivePort = 2223;

    /// <summary>Long, so that it is in no process list by chance.</summary>
    public const string RootPassword = "root-9f'2$(id)\"w\\n7%s";

    /// <summary>Of the user <c>worker</c>, who may sudo with it.</summary>
    public const string WorkerPassword = "worker 5b!&;|`x`* \u00e4\u0401\U0001f600";

    /// <summary>Of <see cref="ProtectedKey"/>.</summary>
    public const string Passphrase = "phrase-3c \"'$HOME\\";

    private RaisedLab? _lab;

    /// <summary>The lab; asking for it skips the test where no lab can be raised.</summary>
    public RaisedLab Lab
    {
        get
        {
            Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
            return _lab ?? throw new InvalidOperationException("The lab is not up.");
        }
    }

    /// <summary>A key with a passphrase, which root, worker and admin have.</summary>
    public string ProtectedKey => Path.Combine(Lab.Facts.State, "protected_ed25519");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (RaisedLab.Obstacle is not null)
        {
            return;
        }

        _lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        (await Command.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", Passphrase, "-f", ProtectedKey], null, TimeSpan.FromSeconds(20))).Succeeded();
        var key = await File.ReadAllTextAsync(ProtectedKey + ".pub");
        await VpsAsync(
            "useradd --create-home --shell /bin/bash worker; printf 'worker ALL=(ALL) ALL\\n' >/etc/sudoers.d/worker; chmod 440 /etc/sudoers.d/worker\n"
            + "install -d -m 700 -o worker /home/worker/.ssh; cp /root/.ssh/authorized_keys /home/worker/.ssh/; chown worker /home/worker/.ssh/authorized_keys\n"
            + $"echo '{key.Trim()}' | tee -a /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys >>/home/worker/.ssh/authorized_keys");
        await SetPasswordAsync("root", RootPassword);
        await SetPasswordAsync("worker", WorkerPassword);
        await SetPasswordAsync("nosudo", WorkerPassword);
        await StartSshdAsync(PasswordPort, "PermitRootLogin yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication yes");
        await StartSshdAsync(InteractivePort, "PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    /// <summary>Runs a script of sh on the VPS, which must succeed.</summary>
    public async Task<string> VpsAsync(string script) => (await Lab.ShAsync("vps", "set -e\n" + script)).Succeeded();

    /// <summary>The process id, on this machine, of the VPS's first process.</summary>
    public async Task<string> VpsPidAsync()
    {
        var container = (await File.ReadAllTextAsync(Path.Combine(Lab.Facts.State, "vps", "pid"))).Trim();
        return (await File.ReadAllTextAsync($"/proc/{container}/task/{container}/children")).Split(' ')[0];
    }

    /// <summary>Sets a user's password on the VPS; it goes there by standard input.</summary>
    public async Task SetPasswordAsync(string user, string password) =>
        (await Lab.ExecAsync("vps", ["chpasswd"], $"{user}:{password}\n")).Succeeded();

    private Task<string> StartSshdAsync(int port, string settings) => VpsAsync(
        $"printf '%s\\n' 'Port {port}' 'PidFile none' 'UsePAM yes' 'MaxStartups 100' '{settings.Replace("\n", "' '", StringComparison.Ordinal)}' 'HostKey /etc/ssh/ssh_host_ed25519_key' >/root/sshd-{port}\n"
        + $"systemd-run --quiet --unit=sshd-{port} /usr/sbin/sshd -D -f /root/sshd-{port}\n"
        + $"for i in $(seq 100); do ss -Hltn 'sport = {port}' | grep -q . && exit 0; sleep 0.1; done; exit 1");
}
