using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public sealed class PathMtuTests
{
    [Theory]
    [InlineData(1420)]
    [InlineData(1419)]
    [InlineData(1280)]
    [InlineData(68)]
    public async Task The_longest_that_passes_is_found_in_a_few_tries(int path)
    {
        var tries = 0;

        var found = await PathMtu.FindAsync(
            length =>
            {
                tries++;
                return Task.FromResult(length <= path);
            },
            1420,
            CancellationToken.None);

        Assert.Equal(path, found);
        Assert.InRange(tries, 1, 14);
    }

    [Fact]
    public async Task Where_nothing_passes_there_is_none() => Assert.Null(await PathMtu.FindAsync(_ => Task.FromResult(false), 1420, CancellationToken.None));
}
