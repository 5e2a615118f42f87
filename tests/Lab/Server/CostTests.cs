using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Ssh;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Server;

/// <summary>What a check costs the VPS. bench/server.sh prints the same figures.</summary>
[Collection(LabCollection.Name)]
public sealed class CostTests(LabFixture fixture, ITestOutputHelper output)
{
    private const int Rounds = 5;

    // The limit is 0.5; the machine that tests may be busy and slow.
    private const double MostSeconds = 1.5;

    // Clock ticks of sshd's sessions that have ended, with all that ran in them, and of the first process itself, whom systemctl asks.
    private const string Ticks = """
        sum() { sed 's/.*) //' "/proc/$1/stat" | awk -v what="$2" '{ print (what == "own" ? $12 + $13 : $14 + $15) }'; }
        sshd=$(pgrep -o -x sshd)
        for i in $(seq 100); do [ "$(pgrep -c -P "$sshd")" = 0 ] && break; sleep 0.1; done
        echo $(($(sum "$sshd" children) + $(sum 1 own))) $(getconf CLK_TCK)
        """;

    [SkippableFact]
    public async Task A_check_costs_the_server_less_than_half_a_second_of_its_processor()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        Assert.Empty((await home.CheckAsync()).Findings);

        var login = await SecondsAsync(home, LogInAsync);
        var checking = await SecondsAsync(home, () => home.CheckAsync());

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"check of a server, its CPU: {checking:0.00} s, of which the login {login:0.00} s"));
        Assert.InRange(checking, 0.01, MostSeconds);
        await home.RemoveAsync();

        async Task LogInAsync()
        {
            using var session = await home.Connector.ConnectAsync(SshOptions.For(home.Profiles.Load(new ProfileName("home"))), CancellationToken.None);
            Assert.Equal(0, (await session.RunScriptAsync("exit 0", TimeSpan.FromSeconds(30), CancellationToken.None)).ExitCode);
        }
    }

    // The mean of some rounds.
    private static async Task<double> SecondsAsync(Deployment home, Func<Task> action)
    {
        var before = await TicksAsync(home);
        for (var round = 0; round < Rounds; round++) await action();
        var after = await TicksAsync(home);
        return (after.Ticks - before.Ticks) / after.Frequency / Rounds;
    }

    private static async Task<(double Ticks, double Frequency)> TicksAsync(Deployment home)
    {
        var words = (await home.VpsAsync(Ticks)).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
