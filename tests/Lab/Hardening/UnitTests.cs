using System.Globalization;
using System.Text.RegularExpressions;
using GostBt.Lab.Tests.Probe;

namespace GostBt.Lab.Tests.Hardening;

/// <summary>What the engine on the server may do, as systemd and the kernel see it.</summary>
[Collection(RunningCollection.Name)]
public sealed partial class UnitTests(RunningFixture fixture)
{
    private const double GreatestExposure = 2.5;
    private const int NetAdmin = 12;

    [SkippableFact]
    public async Task Its_exposure_is_low()
    {
        var report = (await fixture.Lab.ShAsync("vps", "systemd-analyze security --no-pager gostbt@home.service")).Succeeded();

        Assert.True(double.Parse(Exposure().Match(report).Groups[1].Value, CultureInfo.InvariantCulture) <= GreatestExposure, report);
    }

    [SkippableFact]
    public async Task It_is_nobody_and_may_configure_the_network_only()
    {
        var status = (await fixture.Lab.ShAsync("vps", "cat /proc/$(systemctl show -p MainPID --value gostbt@home)/status")).Succeeded();

        Assert.DoesNotMatch(@"(?m)^[UG]id:.*\s0(\s|$)", status);
        foreach (var set in new[] { "Prm", "Eff", "Bnd", "Amb" })
        {
            Assert.Equal(1UL << NetAdmin, ulong.Parse(Field(status, "Cap" + set), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        Assert.Equal(("1", "2"), (Field(status, "NoNewPrivs"), Field(status, "Seccomp")));
    }

    [SkippableFact]
    public async Task It_runs_no_shell()
    {
        var start = (await fixture.Lab.ShAsync("vps", "systemctl show -p ExecStart,ExecStartPre,ExecStartPost,ExecStop,ExecStopPost,ExecReload gostbt@home")).Succeeded();

        Assert.Matches("path=/usr/local/lib/gostbt/[0-9a-f]{16}/gostbt ", start);
        Assert.DoesNotContain("/sh ", start, StringComparison.Ordinal);
    }

    private static string Field(string status, string name) =>
        status.Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    [GeneratedRegex(@"exposure level for \S+: ([0-9.]+) ")]
    private static partial Regex Exposure();
}
