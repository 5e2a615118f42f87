using System.ComponentModel;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Gost.Supply;

/// <summary>Asks a gost program what it is.</summary>
internal static class GostProgram
{
    private const int TextFileBusy = 26;
    private const int MaxTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs <c>gost -V</c>.</summary>
    /// <returns>The version; null for a gost built without one.</returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: it does not run here, or is not gost.</exception>
    public static async Task<GostVersion?> VersionAsync(string path, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(new ProcessCommand(path, ["-V"]) { Deadline = deadline, OutputLimit = 4096 }, cancellationToken).ConfigureAwait(false);
        var words = outcome.Output.Trim().Split(' ');
        return outcome.ExitCode == 0 && words[0] == "gost"
            ? GostVersion.TryParse(words.ElementAtOrDefault(1))
            : throw NotGost(path, FormattableString.Invariant($"'gost -V' ended with {outcome.ExitCode} and does not say that it is gost"), null);
    }

    /// <summary>The first gost on PATH, or null.</summary>
    public static string? OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Where(Path.IsPathRooted)
        .Select(folder => Path.Combine(folder, Path.DirectorySeparatorChar == '\\' ? "gost.exe" : "gost"))
        .FirstOrDefault(File.Exists);

    private static async Task<ProcessOutcome> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ProcessRunner.RunAsync(command, cancellationToken).ConfigureAwait(false);
            }
            catch (ProcessStartException e) when (tries < MaxTries && e.InnerException is Win32Exception { NativeErrorCode: TextFileBusy })
            {
                // Just written, and a process that another thread is starting still has the file open.
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
            catch (ProcessStartException e)
            {
                throw NotGost(command.FileName, e.InnerException?.Message ?? e.Message, e);
            }
        }
    }

    private static GostBtException NotGost(string path, string why, Exception? inner) => new(
        GostBtFailure.InvalidInput, $"{Path.GetFileName(path)} is not a gost for this computer: {why}.", "Check its system and processor.", inner);
}
