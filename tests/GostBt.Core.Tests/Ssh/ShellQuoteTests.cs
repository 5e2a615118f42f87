using GostBt.Processes;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class ShellQuoteTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("a;b")]
    [InlineData("it's")]
    [InlineData("'''")]
    [InlineData("a\nb\n")]
    [InlineData("\\'\"$HOME!*?~")]
    [InlineData("-n")]
    [InlineData("../x")]
    [InlineData("名前")]
    public async Task A_shell_reads_back_exactly_the_text(string value)
    {
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-s"]) { Deadline = TimeSpan.FromSeconds(20) }.WithInput("printf '[%s]' " + ShellQuote.Quote(value)),
            CancellationToken.None);

        Assert.Equal("[" + value + "]", outcome.Output);
    }

    [Fact]
    public void NUL_is_refused() => Assert.Throws<ArgumentException>(() => ShellQuote.Quote("a\0b"));
}
