using GostBt.Model;

namespace GostBt.Core.Tests.Model;

public class ProfileNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("home")]
    [InlineData("nas-2")]
    [InlineData("12345678901234567890")]
    public void Plain_names_pass(string name) => Assert.Equal(name, new ProfileName(name).Value);

    [Theory]
    [InlineData("")]
    [InlineData("$(id)")]
    [InlineData("a;b")]
    [InlineData("../x")]
    [InlineData("名前")]
    [InlineData("Home")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a.b")]
    [InlineData("123456789012345678901")]
    public void Anything_a_shell_or_a_path_could_misread_is_refused(string name)
    {
        var error = Assert.Throws<GostBtException>(() => new ProfileName(name));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
    }

    [Theory]
    [InlineData("con")]
    [InlineData("nul")]
    [InlineData("aux")]
    [InlineData("prn")]
    [InlineData("com1")]
    [InlineData("lpt9")]
    public void A_device_of_Windows_is_refused_on_every_system(string name)
    {
        var error = Assert.Throws<GostBtException>(() => new ProfileName(name));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("device", error.Message, StringComparison.Ordinal);
        Assert.Equal(name + "-pc", new ProfileName(name + "-pc").Value);
    }
}
