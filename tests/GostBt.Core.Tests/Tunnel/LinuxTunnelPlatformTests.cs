using System.Diagnostics;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public class LinuxTunnelPlatformTests
{
    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", true)]
    [InlineData("CapEff:\t0000000000001000", true)]
    [InlineData("CapEff:\t00000000a80425fb", false)]
    [InlineData("CapPrm:\t000001ffffffffff", false)]
    public void The_right_to_make_a_device_is_an_effective_capability(string line, bool has) =>
        Assert.Equal(has, LinuxTunnelPlatform.HasCapability(["Name:\tx", line], 12));

    [SkippableFact]
    public void A_process_is_known_by_when_it_started()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        var platform = new LinuxTunnelPlatform();

        Assert.Equal(platform.StartOf(Environment.ProcessId), platform.StartOf(Environment.ProcessId));
        Assert.NotEqual(platform.StartOf(1), platform.StartOf(Environment.ProcessId));
        Assert.Null(platform.StartOf(int.MaxValue));
    }

    [SkippableFact]
    public async Task A_process_that_got_the_number_of_another_is_not_asked_to_end()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        var platform = new LinuxTunnelPlatform();
        using var sleep = Process.Start("sleep", "30");
        try
        {
            platform.AskToEnd(sleep.Id, "12345");
            await Task.Delay(200);
            Assert.False(sleep.HasExited);

            platform.AskToEnd(sleep.Id, platform.StartOf(sleep.Id)!);
            await sleep.WaitForExitAsync(new CancellationTokenSource(5000).Token);
        }
        finally
        {
            if (!sleep.HasExited)
                sleep.Kill();
        }
    }

    [SkippableFact]
    public async Task Engines_are_found_by_their_configuration_even_when_they_ignore_SIGTERM()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        using var folder = new TemporaryFolder();
        using var ours = Process.Start("sh", ["-c", "trap '' TERM; while :; do sleep 1; done", "-C", folder["engine.yaml"]]);
        using var other = Process.Start("sh", ["-c", "while :; do sleep 1; done", "-C", folder["engine.yaml.other"]]);
        try
        {
            await Task.Delay(200);
            await new LinuxTunnelPlatform().EndEnginesAsync(folder["engine.yaml"], TimeSpan.FromMilliseconds(300));

            await ours.WaitForExitAsync(new CancellationTokenSource(5000).Token);
            Assert.False(other.HasExited);
        }
        finally
        {
            ours.Kill(entireProcessTree: true);
            other.Kill(entireProcessTree: true);
        }
    }
}
