using GostBt.Model;

namespace GostBt.Core.Tests.Model;

public class ServerTargetTests
{
    [Theory]
    [InlineData("vps.example.net", "vps.example.net", null, null)]
    [InlineData("root@vps.example.net", "vps.example.net", "root", null)]
    [InlineData("root@vps:2222", "vps", "root", 2222)]
    [InlineData("198.51.100.10:22", "198.51.100.10", null, 22)]
    [InlineData("2001:db8::1", "2001:db8::1", null, null)]
    [InlineData("root@[2001:db8::1]:2222", "2001:db8::1", "root", 2222)]
    [InlineData("my_alias", "my_alias", null, null)]
    public void A_target_reads_and_writes_back(string text, string host, string? user, int? port)
    {
        var target = ServerTarget.Parse(text);
        Assert.Equal(new ServerTarget(host, user, port), target);
        Assert.Equal(text, target.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=id")]
    [InlineData("root@-oProxyCommand=id")]
    [InlineData("-l@vps")]
    [InlineData("$(id)")]
    [InlineData("a;b")]
    [InlineData("a b")]
    [InlineData("a'b")]
    [InlineData("%h")]
    [InlineData("名前")]
    [InlineData("@vps")]
    [InlineData("vps:")]
    [InlineData("vps:0")]
    [InlineData("vps:70000")]
    [InlineData("vps:2x")]
    [InlineData("[2001:db8::1")]
    [InlineData("[2001:db8::1]2222")]
    [InlineData("2001:zz::1")]
    [InlineData("vps\n")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => ServerTarget.Parse(text)).Failure);
}
