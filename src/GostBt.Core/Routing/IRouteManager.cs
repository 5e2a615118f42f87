using GostBt.Model;

namespace GostBt.Routing;

/// <summary>Makes and undoes <see cref="RouteStep"/>s. Each is verified by reading the system's tables back, never by an exit code alone.</summary>
public interface IRouteManager
{
    /// <summary>Whether the step's effect is there.</summary>
    Task<bool> IsPresentAsync(RouteStep step, CancellationToken cancellationToken);

    /// <summary>Makes the step; nothing where it is there already.</summary>
    /// <exception cref="GostBtException">The system refused, or it is not there afterwards.</exception>
    Task ApplyAsync(RouteStep step, CancellationToken cancellationToken);

    /// <summary>Takes the step back; nothing where it is not there.</summary>
    /// <exception cref="GostBtException">It is still there afterwards.</exception>
    Task UndoAsync(RouteStep step, CancellationToken cancellationToken);
}
