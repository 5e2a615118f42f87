using GostBt.Engine.Logging;

namespace GostBt.Engine.Routing;

/// <summary>Says once when a chain stops working and why, and once when it works again, instead of once a connection.</summary>
internal sealed class ChainHealth(string name, EngineLog log)
{
    private readonly Lock _gate = new();
    private string? _problem;

    internal void Works()
    {
        if (Volatile.Read(ref _problem) is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_problem is not null)
            {
                _problem = null;
                log.Info($"chain {name} works again");
            }
        }
    }

    internal void Fails(string problem)
    {
        lock (_gate)
        {
            if (_problem != problem)
            {
                _problem = problem;
                log.Warn($"chain {name} does not work: {problem}");
            }
        }
    }
}
