using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public sealed class PrivateFolderTests
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [SkippableTheory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute)]
    public void One_that_is_there_is_made_its_owner_s_alone(UnixFileMode more)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, OwnersAlone | more);

        PrivateFile.CreateFolder(folder.Path);

        Assert.Equal(OwnersAlone, File.GetUnixFileMode(folder.Path));
    }

    [SkippableFact]
    public void One_that_all_users_share_stays_as_it_is()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var folder = new TemporaryFolder();
        var shared = OwnersAlone | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;
        File.SetUnixFileMode(folder.Path, shared);

        var refused = Assert.Throws<GostBtException>(() => PrivateFile.CreateFolder(folder.Path));

        Assert.Equal(GostBtFailure.Conflict, refused.Failure);
        Assert.Equal(shared, File.GetUnixFileMode(folder.Path));
    }

    [SkippableFact]
    public void A_link_s_target_is_what_counts()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["there"], OwnersAlone | UnixFileMode.GroupWrite);
        File.SetUnixFileMode(folder["there"], OwnersAlone | UnixFileMode.GroupWrite);
        Directory.CreateSymbolicLink(folder["here"], folder["there"]);

        PrivateFile.CreateFolder(folder["here"]);

        Assert.Equal(OwnersAlone, File.GetUnixFileMode(folder["there"]));
    }

    [SkippableFact]
    public async Task A_link_that_somebody_else_made_has_root_close_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "it takes root to give a link away");
        using var folder = new TemporaryFolder();
        var open = OwnersAlone | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(folder["there"]);
        File.SetUnixFileMode(folder["there"], open);
        Directory.CreateSymbolicLink(folder["here"], folder["there"]);
        Assert.Equal(0, (await ProcessRunner.RunAsync(new ProcessCommand("chown", ["-h", "65534", folder["here"]]), CancellationToken.None)).ExitCode);

        var refused = Assert.Throws<GostBtException>(() => PrivateFile.CreateFolder(folder["here"]));

        Assert.Equal(GostBtFailure.Conflict, refused.Failure);
        Assert.Equal(open, File.GetUnixFileMode(folder["there"]));
    }

    // What root makes of it, and what the owner would see, takes another user than this one.
    [SkippableFact]
    public async Task Root_uses_a_user_s_folder_when_nobody_else_may_write_there()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "it takes root to give a folder away");
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, OwnersAlone | UnixFileMode.OtherWrite);
        Assert.Equal(0, (await ProcessRunner.RunAsync(new ProcessCommand("chown", ["65534", folder.Path]), CancellationToken.None)).ExitCode);

        PrivateFile.CreateFolder(folder.Path);

        Assert.Equal(OwnersAlone, File.GetUnixFileMode(folder.Path));
    }

    [Theory]
    [InlineData(1000u, 1000u, true)]
    [InlineData(0u, 1000u, true)]
    [InlineData(0u, 0u, true)]
    [InlineData(1000u, 0u, true)]
    [InlineData(1000u, 1001u, false)]
    public void Whose_it_may_be(uint user, uint owner, bool accepted)
    {
        if (accepted)
        {
            UnixFolderAccess.RequireOwner("/srv/it's", user, owner);
            return;
        }

        var refused = Assert.Throws<GostBtException>(() => UnixFolderAccess.RequireOwner("/srv/it's", user, owner));
        Assert.Equal(GostBtFailure.Conflict, refused.Failure);
        Assert.Contains("/srv/it's belongs to another user", refused.Message, StringComparison.Ordinal);
        Assert.Contains("chown -R 1000 '/srv/it'", refused.Remedy, StringComparison.Ordinal);
    }
}
