using System.CommandLine;
using GostBt.Model;

namespace GostBt.Host;

/// <summary>What every command has in common: errors become a message and a remedy on standard error, and an exit code; never a stack trace.</summary>
internal static class CommandAction
{
    /// <summary>Gives a command its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">Returns the exit code; its token is cancelled by Ctrl+C and SIGTERM.</param>
    public static void Run(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction((result, cancellationToken) => GuardAsync(() => work(result, cancellationToken), cancellationToken));

    private static async Task<int> GuardAsync(Func<Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("gostbt: interrupted").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
        catch (GostBtException error)
        {
            await Console.Error.WriteLineAsync($"gostbt: {error.Message}{Environment.NewLine}  {error.Remedy}").ConfigureAwait(false);
            return error.Failure is GostBtFailure.InvalidInput or GostBtFailure.InvalidProfile ? ExitCode.BadInput : ExitCode.Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"gostbt: {error.Message}{Environment.NewLine}  Check the path, its permissions and the free space.").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
