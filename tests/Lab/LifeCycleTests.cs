using System.Diagnostics;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests;

/// <summary>A lab comes, stands beside others, and goes without a trace, however rudely it is ended.</summary>
[Collection(LabCollection.Name)]
public sealed class LifeCycleTests(LabFixture fixture)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task The_machines_own_network_is_the_same_before_during_and_after()
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var before = await MachineState.RootNetworkAsync();
        string during;
        await using (await RaisedLab.UpAsync(RaisedLab.UniqueName())) during = await MachineState.RootNetworkAsync();
        var after = await MachineState.RootNetworkAsync();

        Assert.NotEmpty(before);
        Assert.Equal(before, during);
        Assert.Equal(before, after);
    }

    [SkippableFact]
    public async Task Up_takes_under_30_seconds_once_the_root_filesystem_is_cached()
    {
        _ = fixture.Lab;
        var clock = Stopwatch.StartNew();
        await using var lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [SkippableFact]
    public async Task Two_labs_stand_side_by_side_and_one_goes_without_the_other()
    {
        var first = fixture.Lab;
        var second = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        await using (second)
        {
            using var witness = Witness.Start(first, "tracker", 7001);

            Assert.NotEqual(first.Facts.SshHostFingerprint, second.Facts.SshHostFingerprint);
            Assert.NotNull(await Witness.AskTcpAsync(first, "home", first.Facts.AddressOf("tracker"), 7001));
            Assert.Null(await Witness.AskTcpAsync(second, "home", second.Facts.AddressOf("tracker"), 7001));
            (await second.ExecAsync("vps", ["touch", "/etc/of-the-second"])).Succeeded();
            Assert.Equal(2, (await first.ExecAsync("vps", ["ls", "/etc/of-the-second"])).ExitCode);
        }

        Assert.Empty(await MachineState.TracesOfAsync(second.Name));
        (await first.ExecAsync("home", ["ssh", "-F", first.Facts.SshConfig, "vps", "systemctl is-system-running"])).Succeeded();
    }

    [SkippableTheory]
    [InlineData("KILL", 50)]
    [InlineData("KILL", 200)]
    [InlineData("KILL", 450)]
    [InlineData("INT", 300)]
    [InlineData("TERM", 400)]
    public async Task Down_leaves_nothing_after_an_up_that_was_interrupted(string signal, int milliseconds)
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var name = RaisedLab.UniqueName();
        var script = $"env --default-signal=INT '{Repository.LabScript}' --name {name} up & sleep {milliseconds / 1000.0:0.00}; kill -{signal} $!; wait $!; echo $?";
        var interrupted = await Command.RunAsync("bash", ["-c", script], input: null, Minute);

        await RaisedLab.DownAsync(name);

        Assert.NotEqual("0", interrupted.Output.Trim());
        Assert.Empty(await MachineState.TracesOfAsync(name));
        await RaisedLab.DownAsync(name);
    }

    [SkippableFact]
    public async Task A_lab_goes_with_its_owner()
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var name = RaisedLab.UniqueName();
        using var owner = Process.Start("sleep", "600");
        (await RaisedLab.ScriptAsync(name, ["up", "--owner", $"{owner.Id}"], Minute)).Succeeded();
        Assert.NotEmpty(await MachineState.TracesOfAsync(name));

        owner.Kill();
        await owner.WaitForExitAsync();

        var end = DateTime.UtcNow.AddSeconds(20);
        while ((await MachineState.TracesOfAsync(name)).Count > 0 && DateTime.UtcNow < end) await Task.Delay(250);
        Assert.Empty(await MachineState.TracesOfAsync(name));
    }

    [SkippableTheory]
    [InlineData("--name", "../x", "up")]
    [InlineData("--name", "$(id)", "up")]
    [InlineData("--name", "名前", "down")]
    public async Task A_name_that_is_none_is_refused(params string[] arguments)
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var result = await Command.RunAsync(Repository.LabScript, arguments, input: null, Minute);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is no name for a lab", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_system_that_is_none_is_refused_and_the_known_ones_are_named()
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var result = await Command.RunAsync(Repository.LabScript, ["--name", RaisedLab.UniqueName(), "up", "--system", "debian4"], input: null, Minute);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no system 'debian4': the systems are debian12 debian11 debian13 debian12-sysv", result.Error, StringComparison.Ordinal);
    }
}
