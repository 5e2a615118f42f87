using GostBt.Model;

namespace GostBt.Host;

/// <summary>Tells on standard error how a use case gets on, so that standard output holds results only.</summary>
internal sealed class ConsoleOperationLog(bool verbose) : IOperationLog
{
    private readonly Lock _gate = new();
    private string? _lastStep;

    /// <inheritdoc/>
    public void Verbose(string message)
    {
        if (verbose)
        {
            Console.Error.WriteLine("  " + message);
        }
    }

    /// <inheritdoc/>
    public void Warning(string message) => Console.Error.WriteLine("warning: " + message);

    /// <inheritdoc/>
    public void Progress(string activity, string status, int percent = -1)
    {
        var step = $"{activity}: {status}";
        lock (_gate)
        {
            // A step is one line, however often its percentage changes.
            if (step != _lastStep)
            {
                _lastStep = step;
                Console.Error.WriteLine(step);
            }
        }
    }
}
