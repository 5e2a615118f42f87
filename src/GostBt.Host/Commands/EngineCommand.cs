using System.CommandLine;
using GostBt.Engine;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt engine</c>: the bundled engine, called as gost is.</summary>
internal static class EngineCommand
{
    public static Command Create()
    {
        var file = new Option<FileInfo>("-C", "--config") { Description = "gost v3's YAML configuration.", Required = true, HelpName = "FILE" };
        var untilInputEnds = new Option<bool>("--until-input-ends") { Description = "End when standard input does, as after Ctrl+C.", Hidden = true };
        var command = new Command("engine", "Runs the services of a gost configuration until it is told to end.") { file, untilInputEnds };
        command.Run(async (result, cancellationToken) =>
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var input = result.GetValue(untilInputEnds) ? Console.OpenStandardInput() : null;
            if (input is not null)
            {
                _ = CancelAtEndAsync(input, end);
            }

            return await EngineRunner.RunAsync(result.GetValue(file)!.FullName, Console.Error, end.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task CancelAtEndAsync(Stream input, CancellationTokenSource end)
    {
        try
        {
            await input.CopyToAsync(Stream.Null, end.Token).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The engine ended first.
        }
    }
}
