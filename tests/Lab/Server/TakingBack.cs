namespace GostBt.Lab.Tests.Server;

/// <summary>How a test has a VPS take a transaction of the profile "home" back, scripts of sh.</summary>
internal static class TakingBack
{
    /// <summary>What takes it back: its timer fires, or, where the run died before it had one, the next boot does.</summary>
    public const string FireTimer = "if [ -e /var/lib/gostbt/transaction/applied ]; then echo 0 >/var/lib/gostbt/transaction/deadline; fi; "
        + "systemctl start gostbt-rollback-home.service 2>/dev/null || [ ! -e /var/lib/gostbt/transaction ] || sh /var/lib/gostbt/transaction/rollback.sh home boot; for i in $(seq 600); do "
        + "[ -e /var/lib/gostbt/transaction ] || systemctl is-active --quiet gostbt-rollback-home.service || break; sleep 0.1; done; [ ! -e /var/lib/gostbt/transaction ]";

    /// <summary>Before the old state was kept nothing was touched; what was kept so far goes with the next run.</summary>
    public const string Forget = "rm -rf /var/lib/gostbt/transaction.new; rmdir /var/lib/gostbt /run/gostbt 2>/dev/null; ";

    /// <summary>It has ended: the lock's folder is the last thing that goes.</summary>
    public const string Settled = "for i in $(seq 600); do [ -e /var/lib/gostbt ] || [ -e /run/gostbt ] || break; sleep 0.1; done; [ ! -e /var/lib/gostbt ]";

    /// <summary>The engine of the old state listens again, with its device.</summary>
    public const string Listens =
        "for i in $(seq 100); do ip -o link show dev gbt-home >/dev/null 2>&1 && ss -Hlnt 'sport = :8443' | grep -q . && break; sleep 0.1; done";
}
