using System.Text.RegularExpressions;
using GostBt.Gost.Supply;

namespace GostBt.Core.Tests.Gost.Supply;

public sealed class KnownGostTests
{
    [Theory]
    [InlineData("gost_3.2.6_linux_amd64.tar.gz")]
    [InlineData("gost_3.2.6_linux_arm64.tar.gz")]
    [InlineData("gost_3.2.6_windows_amd64.zip")]
    public void The_archives_of_usual_computers_are_known_by_their_bytes(string archive)
    {
        var known = KnownGost.Of(archive);

        Assert.NotNull(known);
        Assert.All(new[] { known.Archive, known.Program }.OfType<string>(), hash => Assert.Matches(new Regex("^[0-9a-f]{64}$"), hash));
        Assert.True(KnownGost.Has(known.Archive));
    }

    [Fact]
    public void Of_any_other_nothing_is_known()
    {
        Assert.Null(KnownGost.Of("gost_3.2.5_windows_amd64.zip"));
        Assert.False(KnownGost.Has(new string('0', 64)));
    }
}
