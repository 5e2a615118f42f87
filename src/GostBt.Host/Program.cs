using System.CommandLine;
using System.CommandLine.Invocation;
using GostBt.Host;
using GostBt.Host.Commands;
using GostBt.Ssh;

// Started by ssh to be told a password: one argument, the prompt (ssh(1), SSH_ASKPASS).
if (Environment.GetEnvironmentVariable(AskpassClient.Variable) is { Length: > 0 } pipe && args.Length == 1)
{
    using var output = Console.OpenStandardOutput();
    return await AskpassClient.AnswerAsync(pipe, args[0], output, CancellationToken.None);
}

var root = new RootCommand("""
    Opens a BitTorrent listening port on a rented server, with every peer's real address preserved.
    Exit codes: 0 done, 1 failed, 2 bad input, 3 tunnel not up (status), 4 port closed (test), 130 interrupted.
    """)
{
    UpCommand.Create(),
    StartCommand.Create(),
    RestartCommand.Create(),
    StatusCommand.Create(),
    TestCommand.Create(),
    SplitCommand.Create(),
    DownCommand.Create(),
    AutoStartCommand.Create(),
    AgentCommand.Create(),
    EngineCommand.Create(),
    CertificateCommand.Create(),
    Arguments.Verbose,
};

var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,

    // Undoing routes after SIGTERM takes a moment; what takes longer than this is given up.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
});
return parsed.Action is ParseErrorAction ? ExitCode.BadInput : code;
