using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

/// <summary>What an access list of Windows says, without Windows.</summary>
public sealed class FolderAccessTests
{
    private const string User = "S-1-5-21-1-2-3-1001";
    private const string Other = "S-1-5-21-1-2-3-1002";
    private const string Everybody = "S-1-1-0";
    private const string LoggedOn = "S-1-5-11"; // Authenticated Users, whom a drive but C: lets change everything

    private const uint Full = 0x001F01FF;
    private const uint Modify = 0x001301BF;
    private const uint ReadAndRun = 0x001200A9;

    [Theory]
    [InlineData(User, true)]
    [InlineData("S-1-5-18", true)]
    [InlineData("S-1-5-32-544", true)]
    [InlineData(Other, false)]
    [InlineData("S-1-5-32-545", false)]
    public void Whose_it_may_be(string owner, bool accepted) => Assert.Equal(accepted, new FolderAccess(owner, []).IsOf(User));

    [Theory]
    [InlineData(Other, Full, true, true)]
    [InlineData(LoggedOn, Modify, true, true)]
    [InlineData(Everybody, ReadAndRun, true, false)]
    [InlineData(Everybody, 0xA0000000, true, false)]
    [InlineData(Everybody, 0x10000000u, true, true)]
    [InlineData(Everybody, 0x00000002u, true, true)]
    [InlineData(Everybody, 0x00040000u, true, true)]
    [InlineData("", uint.MaxValue, true, true)]
    [InlineData("S-1-3-0", Full, false, false)]
    [InlineData("S-1-3-4", Full, false, false)]
    public void Whom_it_lets_in_besides_its_user_and_the_masters(string somebody, uint rights, bool open, bool writable)
    {
        var access = new FolderAccess(User, [new(User, Full), new("S-1-5-18", Full), new("S-1-5-32-544", Full), new(somebody, rights)]);

        Assert.Equal((open, writable), (access.IsOpen(User), access.IsWritable(User)));
    }

    [Fact]
    public void Without_a_list_it_is_everybody_s_and_with_an_empty_one_nobody_s()
    {
        var (all, none) = (new FolderAccess(User, null), new FolderAccess(User, []));

        Assert.Equal((true, true), (all.IsOpen(User), all.IsWritable(User)));
        Assert.Equal((false, false), (none.IsOpen(User), none.IsWritable(User)));
    }
}
