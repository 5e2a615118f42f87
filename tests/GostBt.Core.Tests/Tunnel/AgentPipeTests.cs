using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class AgentPipeTests : IAgentRequests, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly AgentFiles _files;
    private readonly AgentPipeServer? _server;
    private int _stops;

    public AgentPipeTests()
    {
        _files = new AgentFiles(new GostBtPaths(_folder["c"], _folder["s"]), Samples.Profile.Name);
        _files.CreateFolder();
        _server = AgentPipeServer.TryStart(_files, this, new AgentLog(_files.Log));
    }

    // A busy machine's agent answers later than one waits for it in earnest.
    private AgentPipeClient Client => new(_files, Patience);

    // Where there is no agent, nobody waits for long.
    private AgentPipeClient Hasty => new(_files);

    AgentState IAgentRequests.Status() => new() { Tunnel = AgentReport.Describe(Samples.Profile) with { State = TunnelState.Degraded, LastError = "100 % lost:\n\"é\" ok error" }, Attempt = 3 };

    void IAgentRequests.Stop() => _stops++;

    Task<int> IAgentRequests.RestartAsync(CancellationToken cancellationToken) => Task.FromResult(7);

    Task<int> IAgentRequests.ReloadAsync(CancellationToken cancellationToken) =>
        throw new GostBtException(GostBtFailure.InvalidProfile, "Line 3: 'prot' is not known.", "Correct it: port.");

    public void Dispose()
    {
        _server?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_agent_is_asked_for_its_state_to_restart_and_to_stop()
    {
        Assert.Equal(((IAgentRequests)this).Status(), await Client.StatusAsync(CancellationToken.None));
        Assert.Equal(7, await Client.RestartAsync(CancellationToken.None));
        Assert.True(await Client.StopAsync(CancellationToken.None));
        Assert.Equal(1, _stops);
    }

    [Fact]
    public async Task What_it_refuses_is_an_error_with_reason_and_remedy()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => Client.ReloadAsync(CancellationToken.None));

        Assert.Equal((GostBtFailure.InvalidProfile, "Line 3: 'prot' is not known.", "Correct it: port."), (error.Failure, error.Message, error.Remedy));
    }

    [Fact]
    public async Task Without_an_agent_there_is_no_answer()
    {
        _server!.Dispose();

        Assert.Null(await Hasty.StatusAsync(CancellationToken.None));
        Assert.False(await Hasty.StopAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task An_agent_s_socket_that_a_crash_left_is_no_obstacle_to_the_next()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        _server!.Dispose();
        File.Delete(_files.Socket);
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(_files.Socket));
            Assert.Null(await Hasty.StatusAsync(CancellationToken.None));
        }

        File.WriteAllText(_files.Socket, string.Empty);
        using var next = AgentPipeServer.TryStart(_files, this, new AgentLog(_files.Log));
        Assert.NotNull(await Client.StatusAsync(CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("status stop\n")]
    [InlineData("STATUS\n")]
    [InlineData("\0\u00ff\u0001garbage\r\n\r\n")]
    public async Task Nonsense_gets_nothing_or_an_error_and_stops_nothing(string nonsense)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        var answer = await SayAsync(Encoding.UTF8.GetBytes(nonsense));

        Assert.DoesNotContain("ok", answer, StringComparison.Ordinal);
        Assert.Equal(0, _stops);
        Assert.NotNull(await Client.StatusAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_line_without_an_end_is_hung_up_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");

        Assert.Equal(string.Empty, await SayAsync(Enumerable.Repeat((byte)'s', 1_000_000).ToArray(), mayBreak: true));
        Assert.NotNull(await Client.StatusAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Who_connects_and_is_silent_does_not_keep_others_from_their_answer()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        var silent = Enumerable.Range(0, 6).Select(_ => Connect()).ToList();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await Hasty.StatusAsync(patience.Token) is null)
            {
            }
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
    }

    [SkippableFact]
    public async Task Another_user_gets_nothing_even_where_the_folder_lets_him_in()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && RuntimeInformation.OSArchitecture == Architecture.X64, "becomes another user, which takes root");
        Assert.Throws<SocketException>(() => AsStranger(() => Connect().Dispose()));

        const UnixFileMode Everybody = (UnixFileMode)0x1FF;
        for (var folder = _files.Folder; folder.StartsWith(_folder.Path, StringComparison.Ordinal); folder = Path.GetDirectoryName(folder)!)
            File.SetUnixFileMode(folder, Everybody);
        File.SetUnixFileMode(_files.Socket, Everybody);
        var answered = -1;
        AsStranger(() =>
        {
            using var socket = Connect();
            answered = Ask(socket);
        });

        Assert.Equal(0, answered);
        Assert.NotNull(await Client.StatusAsync(CancellationToken.None));
    }

    [SkippableFact]
    public void A_path_too_long_for_a_socket_is_told_and_is_no_crash()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux alone");
        var files = new AgentFiles(new GostBtPaths(_folder["c"], _folder[new string('x', 120)]), Samples.Profile.Name);
        Directory.CreateDirectory(files.Folder);

        Assert.Null(AgentPipeServer.TryStart(files, this, new AgentLog(files.Log)));
        Assert.Contains("too long for a socket", File.ReadAllText(files.Log), StringComparison.Ordinal);
    }

    private static int Ask(Socket socket)
    {
        try
        {
            socket.Send(Encoding.UTF8.GetBytes("stop\n"));
            return socket.Receive(new byte[100]);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    // setresuid(2) of this thread alone, which the C library's function does not do.
    private static void AsStranger(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            const int SetResUid = 117;
            try
            {
                Assert.Equal(0, SystemCall(SetResUid, -1, 65534, -1));
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
            finally
            {
                SystemCall(SetResUid, -1, 0, -1);
            }
        });
        thread.Start();
        Assert.True(thread.Join(Patience));
        if (failure is not null)
            throw failure;
    }

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long SystemCall(long number, long first, long second, long third);

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(_files.Socket));
        return socket;
    }

    private async Task<string> SayAsync(byte[] what, bool mayBreak = false)
    {
        using var socket = Connect();
        using var patience = new CancellationTokenSource(Patience);
        var answer = new byte[4096];
        try
        {
            await socket.SendAsync(what, patience.Token);
            socket.Shutdown(SocketShutdown.Send);
            return Encoding.UTF8.GetString(answer, 0, await socket.ReceiveAsync(answer, patience.Token));
        }
        catch (SocketException) when (mayBreak)
        {
            return string.Empty;
        }
    }
}
