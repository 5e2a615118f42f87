using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>The profiles that a PC at home deployed and did not take back, which only happens to a test that failed.</summary>
internal sealed class LeftoverProfiles
{
    // What becomes of a server on which even the removal fails: nothing of GostBt is left, and no state in its kernel outlives the reboot.
    private const string Raze = """
        systemctl stop 'gostbt*' 2>/dev/null
        rm -rf /etc/gostbt /var/lib/gostbt /usr/local/lib/gostbt /etc/sysctl.d/90-gostbt.conf /etc/systemd/system/*gostbt* /etc/systemd/system/*/*gostbt*
        rmdir /etc/systemd/system/*.d 2>/dev/null
        for user in $(sed -n 's/^\(gbt-[^:]*\):.*/\1/p' /etc/passwd); do userdel "$user"; done
        """;

    private readonly Deployment _home;

    private LeftoverProfiles(Deployment home) => _home = home;

    public static LeftoverProfiles Of(Deployment home) => new(home);

    public async Task RemoveAsync()
    {
        var there = (await _home.VpsAsync("ls /etc/gostbt 2>/dev/null || true")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in there.Select(name => new ProfileName(name)).Where(_home.Profiles.Exists))
        {
            try
            {
                await _home.RemoveAsync(name.Value);
            }
            catch (GostBtException)
            {
                await _home.VpsAsync(Raze);
                await _home.Lab.RebootVpsAsync();
            }
        }
    }
}
