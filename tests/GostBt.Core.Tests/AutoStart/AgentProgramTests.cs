using GostBt.AutoStart;
using GostBt.Model;

namespace GostBt.Core.Tests.AutoStart;

public sealed class AgentProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-program-").FullName;
    private readonly ProfileName _home = new("home");

    private string Source => Path.Combine(_folder, "gostbt");

    private string Root => Path.Combine(_folder, "kept");

    [Fact]
    public void Each_build_has_a_place_of_its_own_and_the_old_one_goes()
    {
        var programs = new AgentProgram(Root);
        var old = Place(programs, "one");
        var current = Place(programs, "two");
        Assert.NotEqual(old, current);
        Assert.Equal(("one", "two"), (File.ReadAllText(old), File.ReadAllText(current)));

        programs.Remove(_home, kept: current);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(current));
    }

    [Fact]
    public void Of_the_last_profile_nothing_is_left_of_another_s_all()
    {
        var programs = new AgentProgram(Root);
        AgentFile[] files = [AgentFile.Of(Written("one"), "gostbt")];
        AgentProgram.Place(files, programs.FolderOf(new ProfileName("other"), files));
        Place(programs, "one");

        programs.Remove(_home, kept: null);
        Assert.Equal([Path.Combine(Root, "other")], Directory.GetDirectories(Root));
        programs.Remove(new ProfileName("other"), kept: null);
        Assert.False(Directory.Exists(Root));
        programs.Remove(_home, kept: null);
    }

    [Fact]
    public void A_part_of_a_copy_is_replaced()
    {
        var programs = new AgentProgram(Root);
        var place = Place(programs, "whole");
        foreach (var part in new[] { "wh", "\0\0\0\0\0" })
        {
            File.WriteAllText(place, part);
            Assert.Equal(place, Place(programs, "whole"));
            Assert.Equal("whole", File.ReadAllText(place));
        }
    }

    [SkippableFact]
    public void Only_its_owner_may_write_to_the_folders_of_a_copy()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes");
        const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(Root);
        File.SetUnixFileMode(Root, Closed | UnixFileMode.GroupWrite | UnixFileMode.SetGroup);
        var copy = Directory.GetParent(Place(new AgentProgram(Root), "one"))!;
        Assert.All([copy, copy.Parent!, copy.Parent!.Parent!], folder => Assert.Equal(Closed, folder.UnixFileMode));
    }

    [Fact]
    public void What_the_agent_runs_besides_is_placed_with_it_and_another_one_is_another_copy()
    {
        var programs = new AgentProgram(Root);
        var gost = Path.Combine(_folder, "gost");
        File.WriteAllText(gost, "gost 1");
        AgentFile[] files = [AgentFile.Of(Written("one"), "gostbt"), AgentFile.Of(gost, Path.Combine("gost", "gost"))];
        var folder = programs.FolderOf(_home, files);

        AgentProgram.Place(files, folder);

        Assert.Equal(("one", "gost 1"), (File.ReadAllText(Path.Combine(folder, "gostbt")), File.ReadAllText(Path.Combine(folder, "gost", "gost"))));
        Assert.Equal(2, Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length);
        File.WriteAllText(gost, "gost 2");
        var another = programs.FolderOf(_home, [files[0], AgentFile.Of(gost, files[1].Name)]);
        Assert.Equal(3, new[] { folder, another, programs.FolderOf(_home, [files[0]]) }.Distinct().Count());
    }

    [Fact]
    public void What_is_not_what_it_has_to_be_is_not_placed()
    {
        var programs = new AgentProgram(Root);
        AgentFile[] files = [AgentFile.Of(Written("one"), "gostbt")];
        var folder = programs.FolderOf(_home, files);
        File.WriteAllText(Source, "swapped");

        Assert.Equal(GostBtFailure.ChecksumMismatch, Assert.Throws<GostBtException>(() => AgentProgram.Place(files, folder)).Failure);

        Assert.Empty(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_missing_program_is_a_clear_error() =>
        Assert.Equal(GostBtFailure.EngineFailed, Assert.Throws<GostBtException>(() => AgentFile.Of(Path.Combine(_folder, "none"), "none")).Failure);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Written(string content)
    {
        File.WriteAllText(Source, content);
        return Source;
    }

    private string Place(AgentProgram programs, string content)
    {
        AgentFile[] files = [AgentFile.Of(Written(content), "gostbt")];
        var folder = programs.FolderOf(_home, files);
        AgentProgram.Place(files, folder);
        return Path.Combine(folder, "gostbt");
    }
}
