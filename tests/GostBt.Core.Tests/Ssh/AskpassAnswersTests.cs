using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class AskpassAnswersTests : IDisposable
{
    private readonly SshPassword _password = SshPassword.From("login");
    private readonly SshPassword _passphrase = SshPassword.From("key");

    [Theory]
    [InlineData("me@vps.example.net's password: ")]
    [InlineData("me@VPS.example.net's password: ")]
    [InlineData("(me@vps.example.net) Password: ")]
    [InlineData("(me@vps.example.net) Password for me: ")]
    [InlineData("(me@box) me@box's password: ")]
    [InlineData("me@box's password: ")]
    [InlineData("Password: ")]
    public void The_password_is_for_this_user_at_this_host(string prompt) => Assert.Same(_password, Answers().To(prompt));

    [Theory]
    [InlineData("root@vps.example.net's password: ")]
    [InlineData("me@jump.example.net's password: ")]
    [InlineData("(me@jump.example.net) Password: ")]
    [InlineData("Are you sure you want to continue connecting (yes/no/[fingerprint])? ")]
    [InlineData("The authenticity of host 'vps.example.net' can't be established.\nED25519 key fingerprint is SHA256:x.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ")]
    [InlineData("Enter me@vps.example.net's new password: ")]
    [InlineData("Enter me@vps.example.net's old password: ")]
    [InlineData("(me@vps.example.net) New password: ")]
    [InlineData("(me@vps.example.net) Current password: ")]
    [InlineData("(me@vps.example.net) Verification code: ")]
    [InlineData("(me@vps.example.net) One-time password (OATH) for `me': ")]
    [InlineData("Enter passphrase for key '/home/me/.ssh/other': ")]
    [InlineData("Enter PIN for ED25519-SK key /home/me/.ssh/id: ")]
    [InlineData("Confirm user presence for key ED25519-SK SHA256:x")]
    [InlineData("Allow use of key /home/me/.ssh/id?")]
    [InlineData("")]
    public void Nothing_else_is_answered(string prompt) => Assert.Null(Answers().To(prompt));

    [Fact]
    public void The_passphrase_is_for_this_key() => Assert.Same(_passphrase, Answers().To("Enter passphrase for key '/home/me/.ssh/id': "));

    [Fact]
    public void A_long_path_is_known_by_what_ssh_shows_of_it()
    {
        var path = "/" + new string('x', 150);

        Assert.Same(_passphrase, Answers(path).To($"Enter passphrase for key '{path[..100]}': "));
        Assert.Null(Answers(path).To($"Enter passphrase for key '{path[..99]}': "));
    }

    [Fact]
    public void Without_a_key_file_the_passphrase_is_for_those_that_ssh_tries() =>
        Assert.Same(_passphrase, Answers(identity: null).To("Enter passphrase for key '/home/me/.ssh/id_rsa': "));

    [Fact]
    public void On_the_way_through_a_jump_host_a_nameless_question_is_not_answered() =>
        Assert.Null(Answers(direct: false).To("Password: "));

    [Theory]
    [InlineData("me@vps.example.net's password: ", "(me@vps.example.net) Password: ")]
    [InlineData("Enter passphrase for key '/home/me/.ssh/id': ", "Enter passphrase for key '/home/me/.ssh/id': ")]
    public void What_is_asked_for_again_was_wrong_and_is_not_told_twice(string first, string second)
    {
        var answers = Answers();

        var told = answers.To(first);
        Assert.Null(answers.Refused);
        Assert.Null(answers.To(second));
        Assert.Same(told, answers.Refused);
    }

    [Fact]
    public void A_question_about_something_else_says_nothing_about_the_password()
    {
        var answers = Answers();
        answers.To("me@vps.example.net's password: ");

        Assert.Null(answers.To("(me@vps.example.net) Verification code: "));
        Assert.Null(answers.Refused);
    }

    public void Dispose()
    {
        _password.Dispose();
        _passphrase.Dispose();
    }

    private AskpassAnswers Answers(string? identity = "/home/me/.ssh/id", bool direct = true) => new(
        new SshOptions { Target = ServerTarget.Parse("vps"), Password = _password, KeyPassphrase = _passphrase, IdentityFile = identity },
        SshClientSettings.Parse(
            "user me\nhostname vps.example.net\nport 22\nhostkeyalias box\nidentityfile /home/me/.ssh/id_rsa\nidentityfile ~/.ssh/id\n" + (direct ? "" : "proxyjump jump\n"),
            "/home/me"));
}
