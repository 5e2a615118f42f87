using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Hardening;

/// <summary>The SOCKS5 at home serves this PC only, however the PC is set.</summary>
[Collection(RunningCollection.Name)]
public sealed class SocksTests(RunningFixture fixture)
{
    [SkippableFact]
    public async Task A_PC_whose_programs_may_bind_any_address_takes_nobody_else_for_itself()
    {
        var lab = fixture.Lab;
        using var secret = Witness.Start(lab, "home", 7100);
        (await lab.ShAsync("home", "sysctl -q -w net.ipv4.ip_nonlocal_bind=1")).Succeeded();
        try
        {
            var ask = (string from) => lab.ExecAsync(from, ["curl", "-s", "--http0.9", "--max-time", "4", "--socks5", "192.168.123.2:5522", "http://[::1]:7100/"]);

            Assert.NotEqual(0, (await ask("vps")).ExitCode);
            Assert.Equal(0, (await ask("home")).ExitCode);
        }
        finally
        {
            (await lab.ShAsync("home", "sysctl -q -w net.ipv4.ip_nonlocal_bind=0")).Succeeded();
        }
    }
}
