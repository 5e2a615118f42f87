using GostBt.Processes;

namespace GostBt.Core.Tests.Processes;

public sealed class ProcessArgumentsTests
{
    public static TheoryData<string> Hostile => new()
    {
        "", " ", "a b", "\"", "\\", "\\\\", "\\\"", "a\\", "a b\\", "a b\\\\", "a\\\"b", "'", "''", "$(id)", "`id`", "a;b", "a&b", "%PATH%", "^", "*", "?", "~",
        "-oProxyCommand=id", "line\nbreak", "tab\there", "名前", "🙂", "\r", "\v", "a\"\"b", "C:\\dir\\", "C:\\a dir\\",
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_child_sees_exactly_the_argument(string argument)
    {
        // printf repeats its format for each argument; brackets show where each begins and ends.
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/usr/bin/printf", ["[%s]", "before", argument, "after"]) { Deadline = TimeSpan.FromSeconds(20) },
            CancellationToken.None);

        Assert.Equal("[before][" + argument + "][after]", outcome.Output);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("C:\\dir\\", "C:\\dir\\")]
    [InlineData("C:\\a dir\\", "\"C:\\a dir\\\\\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("\\\"", "\"\\\\\\\"\"")]
    public void Quoting_follows_CommandLineToArgvW(string argument, string quoted) => Assert.Equal(quoted, ProcessArguments.Join([argument]));

    [Fact]
    public void NUL_is_refused() => Assert.Throws<ArgumentException>(() => ProcessArguments.Join(["a\0b"]));
}
