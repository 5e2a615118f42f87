using System.Diagnostics;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>The watch over secrets sees one where there is one.</summary>
[Collection(AloneCollection.Name)]
public sealed class SecretWatchTests
{
    [SkippableTheory]
    [InlineData("sleep 30; : watched-7c1e", "")]
    [InlineData("sleep 30", "watched-7c1e")]
    public async Task A_secret_in_arguments_or_environment_is_found(string script, string variable)
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        var start = new ProcessStartInfo("sh", ["-c", script]);
        start.Environment["WATCHED"] = variable;
        using var process = Process.Start(start)!;
        try
        {
            var watch = SecretWatch.Start([], "watched-7c1e");
            await watch.DisposeAsync();

            Assert.Contains(watch.Found, file => file.StartsWith($"/proc/{process.Id}/", StringComparison.Ordinal));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_secret_in_a_file_is_found()
    {
        var folder = Directory.CreateTempSubdirectory("gostbt-lab-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "left-behind"), "the watched-7c1e is here");
            var watch = SecretWatch.Start([folder], "watched-7c1e");
            await watch.DisposeAsync();

            Assert.Contains(Path.Combine(folder, "left-behind"), watch.Found);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
