using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_event_is_one_line_with_its_level()
    {
        new AgentLog(_folder["log"]).Warn("two\nlines");

        Assert.EndsWith("Z warn two lines\n", File.ReadAllText(_folder["log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_no_reason_to_stop()
    {
        Directory.CreateDirectory(_folder["log"]);

        Assert.Null(Record.Exception(() => new AgentLog(_folder["log"]).Warn("nowhere to go")));
    }

    [Fact]
    public void However_much_is_logged_two_files_of_the_limit_are_all_there_is()
    {
        var log = new AgentLog(_folder["log"], limit: 1000);

        for (var i = 0; i < 200; i++)
            log.Engine($"line {i}");

        Assert.Equal(["log", "log.1"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        Assert.Contains("line 199", File.ReadAllText(_folder["log"]), StringComparison.Ordinal);
    }
}
