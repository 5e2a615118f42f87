using System.Diagnostics;
using System.Text.Json;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>One fault: a tunnel that is up and used from outside when it begins, and taken down with the lab mended when it ends, however the test ended.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ITestOutputHelper _output;
    private readonly Stack<Func<Task>> _mending = new();
    private string _network = "";

    private FaultRun(TunnelFixture home, ITestOutputHelper output, Heartbeat outside)
    {
        Home = home;
        _output = output;
        Outside = outside;
    }

    public TunnelFixture Home { get; }

    public RaisedLab Lab => Home.Lab;

    public Heartbeat Outside { get; }

    /// <summary>Where the folder that GOSTBT_HOME names is.</summary>
    public string Folder => Path.GetDirectoryName(Home.UserFile)!;

    /// <summary>Starts the tunnel and waits until it is used.</summary>
    public static Task<FaultRun> BeginAsync(TunnelFixture home, ITestOutputHelper output, params string[] environment) => BeginAsync(home, output, 6666, environment);

    /// <summary>The same, used at another published port.</summary>
    public static async Task<FaultRun> BeginAsync(TunnelFixture home, ITestOutputHelper output, int port, params string[] environment)
    {
        var run = new FaultRun(home, output, Heartbeat.Start(home.Lab, port));
        try
        {
            (await run.GostBtAsync(environment, "start", "home")).Succeeded();
            Assert.NotNull(await run.Outside.AnsweredAsync(Stopwatch.GetTimestamp(), Patience));
            run._network = await run.NetworkAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>A heartbeat, while the tunnel is down.</summary>
    public static FaultRun Down(TunnelFixture home, ITestOutputHelper output) => new(home, output, Heartbeat.Start(home.Lab));

    /// <summary>Runs <c>gostbt</c> at home with more environment.</summary>
    public Task<CommandResult> GostBtAsync(string[] environment, params string[] arguments) =>
        Lab.ExecAsync("home", ["env", $"GOSTBT_HOME={Folder}", .. environment, Server.PublishedHost.Path, .. arguments]);

    /// <summary>Runs <c>ip</c> in a node, with nothing in between that takes time.</summary>
    public async Task<string> IpAsync(string node, string arguments) =>
        (await Command.RunAsync("ip", ["-n", $"{Lab.Name}-{node}", .. arguments.Split(' ')], input: null, TimeSpan.FromSeconds(10))).Succeeded();

    /// <summary>What is to be done at the end, last first, also when the test fails.</summary>
    public void Mend(Func<Task> step) => _mending.Push(step);

    /// <summary>Waits until a peer is answered again, and notes how long it took since a moment.</summary>
    /// <param name="fault">Its name in the table.</param>
    /// <param name="since">When the cause came, or went, as the limit has it.</param>
    /// <param name="limit">The issue's.</param>
    /// <param name="done">When the cause was complete; only questions asked later count. Default: <paramref name="since"/>.</param>
    public async Task RecoversAsync(string fault, long since, TimeSpan limit, long? done = null)
    {
        var answered = await Outside.AnsweredAsync(done ?? since, Patience + limit);
        if (answered is null)
        {
            Assert.Fail($"FAULT {fault}: no peer is answered.\n{await StoryAsync()}");
        }

        FaultTable.Add(_output, fault, Stopwatch.GetElapsedTime(since, answered.Value), limit);
    }

    /// <summary>Removes something of home's network and notes how long it takes until all is as before, and a peer is answered.</summary>
    public async Task ComesBackAsync(string fault, string ipArguments)
    {
        var since = Stopwatch.GetTimestamp();
        await IpAsync("home", ipArguments);
        var done = Stopwatch.GetTimestamp();
        var watch = Stopwatch.StartNew();
        while (await NetworkAsync() != _network)
        {
            if (watch.Elapsed > Patience)
            {
                Assert.Fail($"FAULT {fault}: not put back.\n{await NetworkAsync()}\n{await StoryAsync()}");
            }

            await Task.Delay(10);
        }

        var back = Stopwatch.GetTimestamp();
        var answered = await Outside.AnsweredAsync(done, Patience);
        Assert.NotNull(answered);
        FaultTable.Add(_output, fault, Stopwatch.GetElapsedTime(since, Math.Max(back, answered.Value)), FaultTable.PutBack);
    }

    /// <summary>Waits for the agent to say something of its tunnel.</summary>
    /// <returns>When it said so.</returns>
    public async Task<long> SaysAsync(Func<JsonElement, bool> said, TimeSpan within, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!said(await Home.StatusAsync()))
        {
            if (watch.Elapsed > within)
            {
                Assert.Fail($"Not within {within.TotalSeconds:0} s: {what}\n{await StoryAsync()}");
            }

            await Task.Delay(50);
        }

        return Stopwatch.GetTimestamp();
    }

    /// <summary>Waits until the agent refuses the server, and says why; nobody outside is answered then.</summary>
    public async Task RefusesAsync(string fault, long since, string why)
    {
        var said = await SaysAsync(
            status => status.GetProperty("state").GetString() != "Up" && status.GetProperty("lastError").GetString()?.Contains(why, StringComparison.Ordinal) == true,
            Patience + FaultTable.Noticed,
            $"'{why}'");
        Note(fault, since, said, FaultTable.Noticed + FaultTable.Recovered);
        Assert.Null(await Outside.AnsweredAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(1)));
    }

    /// <summary>Notes a time in the table.</summary>
    public void Note(string fault, long since, long until, TimeSpan limit) => FaultTable.Add(_output, fault, Stopwatch.GetElapsedTime(since, until), limit);

    /// <summary>The PC's own connection works: what is not of the tunnel goes its usual way.</summary>
    public async Task AssertInternetAsync()
    {
        using var witness = Witness.Start(Lab, "tracker", 7300);
        var seen = await Witness.AskTcpAsync(Lab, "home", Lab.Facts.AddressOf("tracker"), 7300);
        Assert.Equal(Lab.Facts.NatAddress, seen?.Address.ToString());
    }

    /// <summary>Stops the tunnel and states that it left nothing.</summary>
    public async Task EndAsync()
    {
        await Home.StopAsync();
        await Home.AssertNothingLeftAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Outside.Dispose();
        while (_mending.TryPop(out var step))
        {
            await step();
        }

        await Home.GostBtAsync("down", "home");
    }

    // Addresses, routes and rules at home, without the numbers of devices, which differ for a device made anew.
    private async Task<string> NetworkAsync() => (await Command.RunAsync(
        "ip",
        ["netns", "exec", $"{Lab.Name}-home", "sh", "-c", "ip -4 rule; ip -6 rule; ip -4 route show table all; ip -6 route show table all | grep -v fe80 | sed 's/ expires [^ ]*//'; ip -o addr show dev gost_tun 2>/dev/null | grep -v fe80 | cut -d: -f2-"],
        input: null,
        TimeSpan.FromSeconds(10))).Output;

    // What the agent did, for a test that fails.
    private async Task<string> StoryAsync()
    {
        var log = Path.Combine(Home.State, "agent.log");
        var lines = File.Exists(log) ? await File.ReadAllLinesAsync(log) : [];
        return string.Join('\n', lines.TakeLast(40));
    }
}
