using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class AskpassChannelTests : IDisposable
{
    private const string Question = "me@vps's password: ";

    private readonly SshPassword _password = SshPassword.From("p\u00e4ss'word\"$x");

    [Fact]
    public async Task What_ssh_asks_is_answered_with_one_line()
    {
        using var channel = Open();

        Assert.Equal((0, "p\u00e4ss'word\"$x\n"), await AskAsync(channel, Question));
    }

    [Fact]
    public async Task Another_question_is_answered_with_a_no_and_the_next_still_heard()
    {
        using var channel = Open();

        Assert.Equal((1, ""), await AskAsync(channel, "Are you sure you want to continue connecting (yes/no/[fingerprint])? "));
        Assert.Equal(0, (await AskAsync(channel, Question)).Code);
    }

    [Fact]
    public async Task Asking_again_ends_the_attempt()
    {
        using var channel = Open();
        await AskAsync(channel, Question);
        Assert.False(channel.Refused.IsCancellationRequested);

        Assert.Equal((1, ""), await AskAsync(channel, Question));
        Assert.True(channel.Refused.IsCancellationRequested);
    }

    [Fact]
    public async Task A_stranger_that_talks_nonsense_or_goes_away_changes_nothing()
    {
        using var channel = Open();
        foreach (var nonsense in new byte[][] { [], [1], [255, 255, 255, 127], [0, 16, 0, 0, 1, 2, 3] })
        {
            await using var stranger = new System.IO.Pipes.NamedPipeClientStream(".", channel.Name, System.IO.Pipes.PipeDirection.InOut);
            await stranger.ConnectAsync(5000);
            await stranger.WriteAsync(nonsense);
        }

        Assert.Equal(0, (await AskAsync(channel, Question)).Code);
    }

    [Fact]
    public async Task Nobody_waits_for_a_secret_that_is_wiped()
    {
        using var channel = Open();
        _password.Dispose();

        Assert.Equal((1, ""), await AskAsync(channel, Question));
        Assert.Equal((1, ""), await AskAsync(channel, Question));
    }

    [Fact]
    public async Task Afterwards_nobody_answers_and_nothing_is_left()
    {
        var channel = Open();
        var folder = Path.GetDirectoryName(channel.Name)!;
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        channel.Dispose();

        Assert.False(Directory.Exists(folder));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskpassClient.AnswerAsync(channel.Name, Question, Stream.Null, soon.Token));
    }

    [Fact]
    public void What_ssh_is_started_with_holds_no_secret()
    {
        using var channel = Open();

        Assert.Equal("/opt/gostbt", channel.Environment["SSH_ASKPASS"]);
        Assert.Equal("force", channel.Environment["SSH_ASKPASS_REQUIRE"]);
        Assert.DoesNotContain(channel.Environment, variable => variable.Value!.Contains("word", StringComparison.Ordinal));
    }

    public void Dispose() => _password.Dispose();

    private static async Task<(int Code, string Answer)> AskAsync(AskpassChannel channel, string question)
    {
        using var output = new MemoryStream();
        var code = await AskpassClient.AnswerAsync(channel.Name, question, output, CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()));
    }

    private AskpassChannel Open() => new(
        new AskpassAnswers(
            new SshOptions { Target = ServerTarget.Parse("vps"), Password = _password }, SshClientSettings.Parse("user me\nhostname vps\nport 22\n", "/")),
        "/opt/gostbt");
}
