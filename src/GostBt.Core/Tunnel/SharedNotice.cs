namespace GostBt.Tunnel;

/// <summary>One registration with the system for all of this process that want to know; made with the first of them, and kept for good.</summary>
/// <param name="register">Registers with the system; whether that worked. A refusal is asked again with the next who wants to know.</param>
internal sealed class SharedNotice(Func<Action, bool> register)
{
    private readonly object _gate = new();
    private readonly List<Entry> _entries = [];
    private bool _registered;

    /// <summary>Has something called at each notice, until disposed of. A call that is under way then may still come.</summary>
    /// <returns>Null where the system refuses.</returns>
    public IDisposable? Add(Action happened)
    {
        lock (_gate)
        {
            if (!_registered && !register(Tell))
            {
                return null;
            }

            _registered = true;
            var entry = new Entry(this, happened);
            _entries.Add(entry);
            return entry;
        }
    }

    private void Tell()
    {
        List<Entry> entries;
        lock (_gate)
        {
            entries = [.. _entries];
        }

        entries.ForEach(entry => entry.Happened());
    }

    private sealed class Entry(SharedNotice notice, Action happened) : IDisposable
    {
        public Action Happened { get; } = happened;

        public void Dispose()
        {
            lock (notice._gate)
            {
                notice._entries.Remove(this);
            }
        }
    }
}
