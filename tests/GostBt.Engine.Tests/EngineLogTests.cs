using GostBt.Engine.Logging;

namespace GostBt.Engine.Tests;

public sealed class EngineLogTests
{
    [Fact]
    public void A_flood_of_lines_is_cut_short_and_told_afterwards()
    {
        var clock = 0L;
        var text = new StringWriter();
        var log = new EngineLog(text, EngineLogLevel.Info, () => clock);

        for (var i = 0; i < 100_000; i++)
        {
            log.Warn("again");
        }

        Assert.Equal(EngineLog.Burst, Lines(text));
        clock += EngineLog.Window;
        log.Info("later");

        Assert.Equal(EngineLog.Burst + 2, Lines(text));
        Assert.Contains($"{100_000 - EngineLog.Burst} lines were left out", text.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("info later", text.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_asked_for_debug_gets_all_of_it()
    {
        var text = new StringWriter();
        var log = new EngineLog(text, EngineLogLevel.Debug, () => 0);

        for (var i = 0; i < EngineLog.Burst * 2; i++)
        {
            log.Debug("step");
        }

        Assert.Equal(EngineLog.Burst * 2, Lines(text));
    }

    private static int Lines(StringWriter text) => text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
