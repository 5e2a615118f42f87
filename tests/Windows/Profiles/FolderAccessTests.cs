using GostBt.Model;
using GostBt.Profiles;
using GostBt.Windows.Tests.Running;

namespace GostBt.Windows.Tests.Profiles;

/// <summary>Folders that are there already, through the real calls; those of others, too, where they are at hand.</summary>
public sealed class FolderAccessTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));

    public FolderAccessTests()
    {
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void One_s_own_is_taken_as_often_as_it_is_needed_with_what_is_in_it()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "needs Windows, or Wine");
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "content");

        for (var time = 0; time < 3; time++)
        {
            PrivateFile.CreateFolder(_folder);
        }

        Assert.Equal("content", File.ReadAllText(file));
    }

    [SkippableFact]
    public void The_system_s_own_is_refused_and_stays_as_it_is()
    {
        Skip.IfNot(OperatingSystem.IsWindows() && !Wine.IsHere, "in Wine the system's folders are this user's");
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.Windows);

        var refused = Assert.Throws<GostBtException>(() => WindowsFolderAccess.Claim(folder));

        Assert.Contains("belongs to another user", refused.Message, StringComparison.Ordinal);
    }
}
