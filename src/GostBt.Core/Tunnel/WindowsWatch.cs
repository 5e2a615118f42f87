namespace GostBt.Tunnel;

/// <summary>
/// Windows' own notifications of adapters, addresses, routes and the end of sleep, and a look each second: the firewall's rules tell nobody, and what Windows does not notify
/// of, or refuses to, must not stay unseen.
/// </summary>
internal sealed class WindowsWatch : INetworkWatch
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly WindowsNotice[] Notices = [WindowsNotice.Interfaces, WindowsNotice.Addresses, WindowsNotice.Routes, WindowsNotice.Resume];

    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly object _gate = new();
    private readonly List<IDisposable> _registrations;
    private bool _ended;

    public WindowsWatch(IWindowsNotices notices)
    {
        _registrations = [.. Notices.Select(notice => notices.Register(notice, Wake)).OfType<IDisposable>()];
    }

    /// <inheritdoc/>
    public Task ChangedAsync(CancellationToken cancellationToken) => _changed.WaitAsync(Longest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Not under the gate: Windows waits here for calls under way, and they wait for the gate.
        _registrations.ForEach(registration => registration.Dispose());
        _registrations.Clear();
        lock (_gate)
        {
            _ended = true;
            _changed.Dispose();
        }
    }

    // Changes come in swarms, from several threads; one look sees them all.
    private void Wake()
    {
        lock (_gate)
        {
            if (!_ended && _changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }
}
