using System.Security;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class SshPasswordTests
{
    [Theory]
    [InlineData("hunter2")]
    [InlineData("-n \"$(id)\" 'q' \\n %s")]
    [InlineData("пароль Ё 😀")]
    public async Task It_is_handed_over_as_it_was_given(string text)
    {
        using var secure = new SecureString();
        foreach (var character in text)
        {
            secure.AppendChar(character);
        }

        using var password = SshPassword.From(text);
        using var same = SshPassword.From(secure);

        await password.UseAsync(bytes => Task.Run(() => Assert.Equal(text, Encoding.UTF8.GetString(bytes))));
        await same.UseAsync(bytes => Task.Run(() => Assert.Equal(text, Encoding.UTF8.GetString(bytes))));
    }

    [Fact]
    public void No_text_form_shows_it()
    {
        using var password = SshPassword.From("hunter2");
        var options = new SshOptions { Target = ServerTarget.Parse("vps"), Password = password, SudoPassword = password, KeyPassphrase = password };

        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", $"{password}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\r")]
    [InlineData("a\0b")]
    public void What_no_prompt_can_be_answered_with_is_refused_without_being_shown(string text)
    {
        var error = Assert.Throws<GostBtException>(() => SshPassword.From(text));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.DoesNotContain("a\n", error.Message + error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_too_long_is_refused() => Assert.Throws<GostBtException>(() => SshPassword.From(new string('x', SshPassword.MaxLength + 1)));

    [Fact]
    public void Once_disposed_it_is_gone()
    {
        var password = SshPassword.From("hunter2");
        password.Dispose();

        Assert.Throws<ObjectDisposedException>(() => password.Copy());
    }

    [Theory]
    [InlineData("root@vps", null)]
    [InlineData("admin@vps", "login")]
    [InlineData("vps", "login")]
    public void Sudo_is_told_the_logins_password_unless_it_has_its_own(string target, string? told)
    {
        using var login = SshPassword.From("login");
        using var own = SshPassword.From("own");
        var options = new SshOptions { Target = ServerTarget.Parse(target), Password = login };

        Assert.Same(told is null ? null : login, options.PasswordForSudo);
        Assert.Same(told is null ? null : own, (options with { SudoPassword = own }).PasswordForSudo);
    }
}
