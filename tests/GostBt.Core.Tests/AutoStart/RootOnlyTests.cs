using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.AutoStart;

public sealed class RootOnlyTests
{
    private const int Folder = 0x4000;
    private const int Closed = Folder | 0x1ED; // 0755
    private const int Shared = Folder | 0x3FF; // 1777
    private const int Group = Folder | 0x1FD; // 0775

    private const string Programs = "/usr/local/lib/gostbt-agent";

    private readonly Dictionary<string, FileOwner> _files = new()
    {
        ["/"] = new(0, Closed, null),
        ["/root"] = new(0, Folder | 0x1C0, null),
        ["/root/.config"] = new(0, Closed, null),
        ["/srv"] = new(0, Closed, null),
        ["/tmp"] = new(0, Shared, null),
        ["/tmp/roots"] = new(0, Closed, null),
        ["/tmp/anna"] = new(1000, Closed, null),
        ["/home"] = new(0, Closed, null),
        ["/home/anna"] = new(1000, Folder | 0x1C0, null),
        ["/home/anna/gostbt"] = new(0, Closed, null),
        ["/home/group"] = new(0, Group, null),
    };

    [Theory]
    [InlineData("/root/.config/gostbt/profiles")]
    [InlineData("/srv")]
    [InlineData("/tmp/roots/state")]
    public void Root_s_own_will_do_whether_or_not_it_is_there_yet(string path) => Assert.Null(FirstOfOthers(path));

    [Theory]
    [InlineData("/home/anna/.config/gostbt", "/home/anna")]
    [InlineData("/home/anna/gostbt", "/home/anna")]
    [InlineData("/home/group/gostbt", "/home/group")]
    [InlineData("/tmp/anna/gostbt", "/tmp/anna")]
    [InlineData("/tmp/nobody-s-yet", "/tmp")]
    [InlineData("/tmp", "/tmp")]
    public void What_a_user_may_replace_will_not(string path, string theirs) => Assert.Equal(theirs, FirstOfOthers(path));

    [Theory]
    [InlineData("/srv/link", "/home/anna/gostbt", "/home/anna")]
    [InlineData("/srv/link", "../home/anna", "/home/anna")]
    [InlineData("/srv/link", "../root/.config", null)]
    [InlineData("/srv/link", "link", "/srv/link")]
    public void A_link_of_root_s_is_as_good_as_the_way_it_leads(string link, string target, string? theirs)
    {
        _files[link] = new FileOwner(0, 0xA1FF, target);
        Assert.Equal(theirs, FirstOfOthers(link + "/state"));
    }

    [Fact]
    public void A_user_s_link_to_what_is_root_s_will_not_do()
    {
        _files["/tmp/link"] = new FileOwner(1000, 0xA1FF, "/root");
        Assert.Equal("/tmp/link", FirstOfOthers("/tmp/link/state"));
    }

    [Fact]
    public void The_refusal_names_the_folder_and_what_to_do()
    {
        var error = Assert.Throws<GostBtException>(() => new RootOnly(_files.GetValueOrDefault).Require(Agent("/home/anna"), "/p"));
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("'/home/anna' can be changed by others than root", error.Message, StringComparison.Ordinal);
        Assert.Contains("Import-GostBtProfile", error.Remedy, StringComparison.Ordinal);
        new RootOnly(_files.GetValueOrDefault).Require(Agent("/srv/gostbt-of-no-test"), "/p");
    }

    [Fact]
    public void A_file_that_a_user_may_change_in_a_folder_of_root_s_will_not_do()
    {
        var home = Directory.CreateTempSubdirectory("gostbt-root-");
        try
        {
            var program = Path.Combine(home.CreateSubdirectory("engines/gost-3.2.6-linux-amd64").FullName, "gost");
            File.WriteAllText(program, "#!/bin/sh\n");
            var only = new RootOnly(path => new FileOwner(path == program ? 1000u : 0, Closed, null));
            Assert.Contains(program, Assert.Throws<GostBtException>(() => only.Require(Agent(home.FullName), "/p")).Message, StringComparison.Ordinal);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("/usr/local/lib/gostbt-agent", 0, Group)]
    [InlineData("/usr/local/lib/gostbt-agent", 1000, Closed)]
    [InlineData("/usr/local/lib/gostbt-agent/home", 0, Shared)]
    [InlineData("/usr/local/lib/gostbt-agent/home/abc", 1000, Closed)]
    [InlineData("/usr/local/lib/gostbt-agent/home/abc/gostbt", 0, 0x81FD)]
    [InlineData("/usr/local/lib/gostbt-agent/home/abc/gostbt", 1000, 0x81C0)]
    public void A_program_or_folder_of_programs_that_others_may_change_will_not_do(string path, uint user, int mode)
    {
        _files["/usr/local/lib/gostbt-agent"] = new(0, Closed, null);
        _files[path] = new(user, mode, null);
        var error = Assert.Throws<GostBtException>(() => new RootOnly(_files.GetValueOrDefault).Require(OfDebian, Programs));
        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains($"'{path}' can be changed", error.Message, StringComparison.Ordinal);
        Assert.Contains($"rm -r '{path}'", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_programs_may_be_missing_or_lie_where_Debian_s_staff_may_write()
    {
        _files["/usr/local/lib"] = new(0, Folder | 0x5FD, null); // 2775
        new RootOnly(_files.GetValueOrDefault).Require(OfDebian, Programs);
        _files[Programs] = new(0, Folder | 0x5ED, null); // 2755
        new RootOnly(_files.GetValueOrDefault).Require(OfDebian, Programs);
    }

    [Theory]
    [InlineData("/srv", true)]
    [InlineData("/home/anna/gostbt", false)]
    public void A_link_in_the_place_of_the_programs_is_as_good_as_the_way_it_leads(string target, bool will)
    {
        _files["/usr"] = _files["/usr/local"] = _files["/usr/local/lib"] = new(0, Closed, null);
        _files[Programs] = new(0, 0xA1FF, target);
        var refused = Record.Exception(() => new RootOnly(_files.GetValueOrDefault).Require(OfDebian, Programs));
        Assert.Equal(will, refused is null);
    }

    [SkippableFact]
    public void It_reads_what_the_system_says()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only");
        var file = Path.GetTempFileName();
        var link = file + "-ü";
        try
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(link, "/no/ü");
            Assert.Equal(0x8180, FileOwner.Of(file)!.Mode);
            Assert.False(FileOwner.Of(file)!.IsWritableByOthers);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupWrite);
            Assert.True(FileOwner.Of(file)!.IsWritableByOthers);
            Assert.Equal("/no/ü", FileOwner.Of(link)!.Target);
            Assert.Null(FileOwner.Of(file + "/none"));
            Assert.Null(FileOwner.Of("/none"));
            Assert.True(FileOwner.Of("/tmp")!.IsSticky);
            Assert.Equal(0u, FileOwner.Of("/")!.User);
        }
        finally
        {
            File.Delete(file);
            File.Delete(link);
        }
    }

    private string? FirstOfOthers(string path) => new RootOnly(_files.GetValueOrDefault).FirstOfOthers(path);

    private static AgentCommandLine OfDebian => Agent("/srv/gostbt-of-no-test") with { Program = Programs + "/home/abc/gostbt" };

    private static AgentCommandLine Agent(string home) => new(new ProfileName("home"), "/p/gostbt", new GostBtPaths(home + "/config", home + "/state", home + "/engines"));
}
