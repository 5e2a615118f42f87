using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class TunnelTransitionsTests
{
    // A row for each state, a column for each event; "-" where the event means nothing.
    private const string Expected = """
                    Begun      Prepared    Answered  Impaired   Lost      Again      Told       Ended     GaveUp
        Stopped     Starting   -           -         -          -         -          -          -         -
        Starting    -          Connecting  -         -          Backoff   Starting   Stopping   -         Failed
        Connecting  -          Connecting  Up        Degraded   Backoff   Starting   Stopping   -         Failed
        Up          -          -           Up        Degraded   Backoff   Starting   Stopping   -         Failed
        Degraded    -          -           Up        Degraded   Backoff   Starting   Stopping   -         Failed
        Backoff     -          -           -         -          -         Starting   Stopping   -         Failed
        Stopping    -          -           -         -          -         -          Stopping   Stopped   Failed
        Failed      Starting   -           -         -          -         -          -          -         -
        """;

    public static TheoryData<string, string, string> Table()
    {
        var rows = Expected.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var data = new TheoryData<string, string, string>();
        foreach (var row in rows.Skip(1))
        {
            foreach (var (what, next) in rows[0].Zip(row.Skip(1)))
            {
                data.Add(row[0], what, next);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void An_event_leads_to_the_next_state(string from, string what, string next) =>
        Assert.Equal(next == "-" ? null : Enum.Parse<TunnelState>(next), TunnelTransitions.Next(Enum.Parse<TunnelState>(from), Enum.Parse<TunnelEvent>(what)));

    [Fact]
    public void The_table_has_every_state_and_every_event() => Assert.Equal(
        from state in Enum.GetNames<TunnelState>() from what in Enum.GetNames<TunnelEvent>() orderby state, what select (state, what),
        Table().Select(row => ((string)row[0], (string)row[1])).OrderBy(pair => pair));
}
