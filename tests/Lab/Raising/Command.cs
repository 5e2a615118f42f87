using System.Diagnostics;

namespace GostBt.Lab.Tests.Raising;

/// <summary>Runs a program to its end, or ends it and all it started at the deadline.</summary>
internal static class Command
{
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    public static async Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        var text = $"{program} {string.Join(' ', arguments)}";
        using var process = Process.Start(StartInfo(program, arguments)) ?? throw new InvalidOperationException($"'{text}' did not start.");
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timer.Token);
            var error = process.StandardError.ReadToEndAsync(timer.Token);
            await WriteInputAsync(process, input, timer.Token);
            await process.WaitForExitAsync(timer.Token);
            return new CommandResult(text, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{text}' did not end within {deadline.TotalSeconds:0} s.", exception);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task WriteInputAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading its input; its exit code tells the rest.
        }
    }
}
