using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentEnginesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private GostBtPaths Paths => new(_folder["config"], _folder["state"]);

    private string Program => _folder["gostbt"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "engine")]
    [InlineData(true, "engine --until-input-ends")]
    public void The_bundled_engine_is_the_agent_s_own_program_and_told_where_engines_are_installed(bool windows, string arguments)
    {
        var engine = new AgentEngines(Program, Paths, gostBeside: false).Bundled(windows);

        Assert.Equal((EngineKind.Bundled, Program, windows), (engine.Kind, engine.Path, engine.EndsWithItsInput));
        Assert.Equal(arguments, string.Join(' ', engine.Arguments));
        Assert.Equal(_folder["engines"], Assert.Single(engine.Environment, variable => variable.Key == KnownWintun.EnginesVariable).Value);
        Assert.True(engine.Grace > TimeSpan.Zero);
    }

    [Fact]
    public async Task An_agent_that_starts_by_itself_on_Windows_runs_no_gost_but_the_one_placed_for_it()
    {
        var own = Path.Combine("gost", GostPlatform.Local.Program);
        Install();
        var engines = new AgentEngines(Program, Paths, gostBeside: true);

        var error = await Assert.ThrowsAsync<GostBtException>(() => engines.GostAsync(isWindows: true, CancellationToken.None));
        Assert.Contains("Register-GostBtAutoStart again", error.Remedy, StringComparison.Ordinal);

        Written(own);
        Assert.Equal(_folder[own], (await engines.GostAsync(isWindows: true, CancellationToken.None)).Path);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_other_runs_the_store_s_which_on_Windows_cannot_be_asked_to_end(bool windows)
    {
        Skip.If(OperatingSystem.IsWindows(), "there the store asks for wintun.dll itself beside gost.exe");
        var installed = Install();

        var engine = await new AgentEngines(Program, Paths, gostBeside: false).GostAsync(windows, CancellationToken.None);

        Assert.Equal((EngineKind.Gost, installed.Path, windows), (engine.Kind, engine.Path, engine.Grace == TimeSpan.Zero));
    }

    private InstalledGost Install()
    {
        var store = new GostStore(Paths.Engines);
        var staging = store.CreateStaging();
        var program = Path.Combine(staging, GostPlatform.Local.Program);
        File.WriteAllText(program, "gost");
        return store.Place(staging, new InstalledGost
        {
            Version = GostVersion.Parse("3.2.6"),
            Platform = GostPlatform.Local,
            Path = program,
            Hash = FileHash.Of(program),
            Source = "here",
            Verified = true,
        });
    }

    private string Written(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], string.Empty);
        return _folder[name];
    }
}
