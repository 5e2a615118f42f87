namespace GostBt.Processes;

/// <summary>Keeps the first bytes of an output and drops the rest.</summary>
internal sealed class BoundedBuffer(int limit)
{
    private readonly List<byte> _kept = [];

    /// <summary>Whether something was dropped.</summary>
    public bool Truncated { get; private set; }

    public void Append(byte[] bytes, int count)
    {
        lock (_kept)
        {
            var room = Math.Min(count, limit - _kept.Count);
            _kept.AddRange(new ArraySegment<byte>(bytes, 0, room));
            Truncated |= room < count;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_kept)
        {
            return ProcessText.Encoding.GetString([.. _kept]);
        }
    }
}
