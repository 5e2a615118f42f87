namespace GostBt.Lab.Tests.Raising;

/// <summary>
/// The one lab that the tests of the <see cref="LabCollection"/> share. A test leaves it as it found it; one that needs a VPS nobody touched
/// raises its own with <see cref="RaisedLab.UpAsync"/>.
/// </summary>
public sealed class LabFixture : IAsyncLifetime
{
    private RaisedLab? _lab;

    /// <summary>The lab; asking for it skips the test where no lab can be raised.</summary>
    public RaisedLab Lab
    {
        get
        {
            Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
            return _lab ?? throw new InvalidOperationException("The lab is not up.");
        }
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (RaisedLab.Obstacle is not null) return;

        _lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        _lab.IsShared = true;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_lab is not null) await _lab.DisposeAsync();
    }
}
