namespace GostBt.Engine.Carriers;

/// <summary>A stream that can end as what it is when the other side of it broke: with a reset, which nobody takes for the end of the data.</summary>
internal interface IBreakable
{
    /// <summary>
    /// Ends it, in both directions, when the far end has what was written, or takes no more of it; cancelled, at once. It is still to be disposed of.
    /// </summary>
    Task BreakAsync(CancellationToken cancellationToken);

    /// <summary>Breaks a stream that can be broken; another one is left alone.</summary>
    static Task BreakAsync(Stream stream, CancellationToken cancellationToken) =>
        stream is IBreakable breakable ? breakable.BreakAsync(cancellationToken) : Task.CompletedTask;
}
