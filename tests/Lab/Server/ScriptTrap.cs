using System.Globalization;
using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>
/// Strikes at one step of a script that GostBt runs on the VPS: programs that it calls are wrapped, and at the chosen call the whole run, or its connection,
/// is killed. Nothing in GostBt knows of it. Disposing of it takes the wrappers away.
/// </summary>
internal sealed class ScriptTrap : IAsyncDisposable
{
    // The scripts by the line they begin with.
    public const string Apply = "^# Brings a profile on this server to what was planned";
    public const string Removal = "^# Removes the profile";
    public const string Renewal = "^# Renews the certificate";
    public const string Rollback = "^# Takes back the transaction";

    private const string Programs = "cp mkdir mv ln rm rmdir useradd userdel install chown chmod systemctl systemd-run sha256sum sed nft";

    private readonly Deployment _home;

    private ScriptTrap(Deployment home) => _home = home;

    /// <summary>Puts the wrappers in place; they only pass on what is called until they are armed.</summary>
    public static async Task<ScriptTrap> SetAsync(Deployment home)
    {
        // Counts what the run itself calls, while /var/log/trap/at is there; at the chosen call: "run" kills the run's process group, "connection" its sshd.
        await home.VpsAsync($$"""
            mkdir -p /var/log/trap/bin
            for program in {{Programs}}; do
                real=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$program")
                printf '%s\n' '#!/bin/sh' "real=$real" '
            if [ -e /var/log/trap/at ] && grep -qsf /var/log/trap/script "${GOSTBT_FILES-}/script"; then
                exec 5>>/var/log/trap/count
                echo "$real $*" >&5
                if [ "$(wc -l </var/log/trap/count)" -eq "$(cat /var/log/trap/at)" ]; then
                    what=$(cat /var/log/trap/what)
                    /bin/rm /var/log/trap/at
                    if [ "$what" = run ]; then kill -9 0; fi
                    kill -9 "$(ps -o ppid= -p "$(ps -o sid= -p $$ | tr -d " ")" | tr -d " ")"
                fi
            fi
            exec "$real" "$@"' >/var/log/trap/bin/$program
                chmod 755 /var/log/trap/bin/$program
            done
            mount --bind /var/log/trap/bin /usr/local/sbin
            """);
        return new ScriptTrap(home);
    }

    /// <summary>Does something that runs a script, undisturbed.</summary>
    /// <returns>The calls of the script.</returns>
    public async Task<int> CountAsync(string script, Func<Task> act)
    {
        await ArmAsync(script, int.MaxValue, "run");
        await act();
        return int.Parse(await _home.VpsAsync("rm -f /var/log/trap/at; wc -l </var/log/trap/count"), CultureInfo.InvariantCulture);
    }

    /// <summary>Does something and strikes at a call of the script, so that it fails.</summary>
    public async Task StrikeAsync(string script, int call, Func<Task> act, string what = "run")
    {
        await ArmAsync(script, Math.Max(1, call), what);
        var error = await Record.ExceptionAsync(act);
        Assert.True(error is GostBtException, $"call {call} ({(await _home.VpsAsync("tail -n 1 /var/log/trap/count")).Trim()}): {error}");
    }

    /// <summary>Takes a transaction of the profile "home" back by hand, as the next boot does, and kills that at a call, should it get that far.</summary>
    public async Task StrikeRollbackAsync(int call)
    {
        await ArmAsync(Rollback, call, "run");
        await _home.VpsAsync($"""
            mkdir -p /var/log/trap/rollback; echo '{Rollback[1..]}' >/var/log/trap/rollback/script
            GOSTBT_FILES=/var/log/trap/rollback setsid -w sh /var/lib/gostbt/transaction/rollback.sh home boot >/dev/null 2>&1
            rm -f /var/log/trap/at
            """);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _home.VpsAsync("umount /usr/local/sbin && rm -r /var/log/trap");

    private async Task ArmAsync(string script, int call, string what) => await _home.VpsAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"cd /var/log/trap; rm -f count; echo '{script}' >script; echo {what} >what; echo {call} >at"));
}
