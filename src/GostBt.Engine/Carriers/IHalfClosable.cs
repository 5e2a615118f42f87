namespace GostBt.Engine.Carriers;

/// <summary>A stream that can say "no more from me" and go on reading.</summary>
internal interface IHalfClosable
{
    /// <summary>Tells the other end that nothing more will be written.</summary>
    ValueTask CompleteWritesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether the other end certainly goes on sending then. A websocket close makes gost stop at once in both directions.
    /// </summary>
    bool LeavesReadingOpen { get; }
}
