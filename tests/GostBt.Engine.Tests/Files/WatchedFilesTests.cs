using GostBt.Engine.Files;

namespace GostBt.Engine.Tests.Files;

public sealed class WatchedFilesTests : IDisposable
{
    private static readonly TimeSpan Always = TimeSpan.Zero;

    private readonly string _file = Path.GetTempFileName();
    private readonly List<string> _complaints = [];
    private string _content = "first";
    private Exception? _problem;
    private int _reads;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_changed_file_is_read_once()
    {
        var files = Watch(Always);
        files.Refresh();
        Assert.Equal(0, _reads);

        File.WriteAllText(_file, "second");
        files.Refresh();
        files.Refresh();

        Assert.Equal(("second", 1), (_content, _reads));
    }

    // Somebody writes it, a virus scanner has it open, descriptors are short: none of them changes the file again afterwards.
    [Fact]
    public void A_file_that_could_not_be_read_is_tried_again_though_it_did_not_change_since()
    {
        var files = Watch(Always);
        File.WriteAllText(_file, "second");
        _problem = new IOException("not now");

        files.Refresh();
        files.Refresh();
        Assert.Equal("first", _content);
        Assert.Equal(["not now"], _complaints);

        _problem = null;
        files.Refresh();
        Assert.Equal("second", _content);

        _problem = new UnauthorizedAccessException("nor now");
        File.WriteAllText(_file, "third one");
        files.Refresh();
        Assert.Equal(["not now", "nor now"], _complaints);
    }

    [Fact]
    public void Before_the_interval_is_over_it_is_not_looked_at()
    {
        var files = Watch(TimeSpan.FromHours(1));
        File.WriteAllText(_file, "second");

        files.Refresh();

        Assert.Equal(0, _reads);
    }

    [Fact]
    public void A_defect_in_the_reading_is_not_taken_for_one_of_the_file()
    {
        var files = Watch(Always);
        File.WriteAllText(_file, "second");
        _problem = new InvalidOperationException();

        Assert.Throws<InvalidOperationException>(files.Refresh);
    }

    private WatchedFiles Watch(TimeSpan interval) => new(Read, _complaints.Add, interval, _file);

    private void Read()
    {
        _reads++;
        _content = _problem is null ? File.ReadAllText(_file) : throw _problem;
    }
}
