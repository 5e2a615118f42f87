using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>The names are those of https://github.com/go-gost/gost/releases/tag/v3.2.6.</summary>
public sealed class GostReleaseTests
{
    [Theory]
    [InlineData("linux", "amd64", "gost_3.2.6_linux_amd64.tar.gz")]
    [InlineData("linux", "arm64", "gost_3.2.6_linux_arm64.tar.gz")]
    [InlineData("windows", "amd64", "gost_3.2.6_windows_amd64.zip")]
    [InlineData("windows", "arm64", "gost_3.2.6_windows_arm64.zip")]
    public void An_asset_is_named_as_in_the_release(string system, string processor, string expected) =>
        Assert.Equal(expected, new GostRelease(GostVersion.Parse("v3.2.6")).Archive(new GostPlatform(system, processor)));

    [Fact]
    public void A_mirror_s_prefix_comes_before_the_whole_address()
    {
        var release = new GostRelease(GostVersion.Default);

        Assert.Equal("https://github.com/go-gost/gost/releases/download/v3.2.6/checksums.txt", release.Address(GostRelease.Checksums, null).AbsoluteUri);
        foreach (var mirror in new[] { "https://ghproxy.example", "https://ghproxy.example/" })
        {
            Assert.Equal(
                "https://ghproxy.example/https://github.com/go-gost/gost/releases/download/v3.2.6/checksums.txt",
                release.Address(GostRelease.Checksums, GostRelease.Mirror(mirror)).AbsoluteUri);
        }
    }

    [Theory]
    [InlineData("ghproxy.example")]
    [InlineData("ftp://ghproxy.example/")]
    [InlineData("https://user:secret@ghproxy.example/")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_mirror_is_refused(string text) =>
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => GostRelease.Mirror(text)).Failure);

    [Theory]
    [InlineData("2.11.5")]
    [InlineData("latest")]
    [InlineData("3.2")]
    [InlineData("3.2.6/../../evil")]
    [InlineData("3.2.6-a..b")]
    [InlineData("")]
    public void What_is_no_version_of_gost_3_is_refused(string text) =>
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => GostVersion.Parse(text)).Failure);

    [Fact]
    public void Versions_go_by_number()
    {
        string[] expected = ["3.2.6-rc1", "3.2.6", "3.2.7-nightly.20260101", "3.2.10", "3.10.0"];

        Assert.Equal(expected, expected.Reverse().Select(GostVersion.Parse).Order(GostVersion.ByAge).Select(version => version.Text));
    }

    [Theory]
    [InlineData("x86_64", "linux-amd64")]
    [InlineData("aarch64", "linux-arm64")]
    public void A_server_s_platform_is_what_uname_says(string machine, string expected) => Assert.Equal(expected, GostPlatform.OfServer(machine).ToString());

    [Fact]
    public void Checksums_are_read_as_sha256sum_writes_them()
    {
        var hash = new string('a', 64);
        var checksums = GostChecksums.Parse($"{hash}  gost_3.2.6_linux_amd64.tar.gz\r\n{hash.ToUpperInvariant()} *gost_3.2.6_windows_amd64.zip\n");

        Assert.Equal(hash, checksums.Of("gost_3.2.6_linux_amd64.tar.gz"));
        Assert.Equal(hash, checksums.Of("gost_3.2.6_windows_amd64.zip"));
        Assert.Null(checksums.Of("gost_3.2.6_linux_arm64.tar.gz"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Sign in to the hotel's network</html>")]
    [InlineData("abcd  gost.tar.gz")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  ../gost")]
    public void What_is_no_list_of_checksums_is_refused(string text) =>
        Assert.Equal(GostBtFailure.DownloadFailed, Assert.Throws<GostBtException>(() => GostChecksums.Parse(text)).Failure);
}
