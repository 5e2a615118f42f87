using GostBt.Wine.Tests.Raising;

namespace GostBt.Wine.Tests;

/// <summary>gostbt.exe as a program of Windows: it starts, helps, refuses bad input by its exit code, and never answers with a stack trace.</summary>
[Collection(WineCollection.Name)]
public sealed class CommandLineTests(WinePrefix wine)
{
    [SkippableFact]
    public async Task It_starts_and_tells_version_and_help()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = new HomeFolder();

        var version = (await wine.GostBtAsync(home.Path, "--version")).Succeeded();
        var help = (await wine.GostBtAsync(home.Path, "--help")).Succeeded();

        Assert.StartsWith("0.", version, StringComparison.Ordinal);
        Assert.Contains("agent", help, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    [SkippableTheory]
    [InlineData("stat")]
    [InlineData("status", "home", "--nonsense")]
    [InlineData("status", "a;b")]
    [InlineData("status", @"..\x")]
    [InlineData("status", "nul")]
    [InlineData("agent", "--profile", "con")]
    [InlineData("start", "home", "--timeout", "0")]
    [InlineData("split", "home", "--ipv4", "sideways")]
    [InlineData("up", @"Z:\missing.yaml")]
    [InlineData("engine", "-C", @"Z:\missing.yaml")]
    public async Task Bad_input_is_exit_code_2_and_leaves_nothing(params string[] arguments)
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = new HomeFolder();

        var result = await wine.GostBtAsync(home.Path, arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error.Trim());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    [SkippableFact]
    public async Task A_profile_nobody_has_is_an_error_and_no_profile_at_all_is_not_up()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = new HomeFolder();

        var named = await wine.GostBtAsync(home.Path, "status", "home");
        var all = await wine.GostBtAsync(home.Path, "status", "--json");

        Assert.Equal(1, named.ExitCode);
        Assert.Contains("no profile 'home'", named.Error, StringComparison.Ordinal);
        Assert.Equal(3, all.ExitCode);
        Assert.Equal("[]", all.Output.Trim());
    }
}
