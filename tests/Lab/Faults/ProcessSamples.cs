using System.Globalization;

namespace GostBt.Lab.Tests.Faults;

/// <summary>
/// Memory and descriptors of a role's process over time, from proc(5); it may be another process after a kill. Descriptors of the program's own file do not count: the runtime opens it
/// once for each assembly in it, when that is needed for the first time.
/// </summary>
internal sealed class ProcessSamples(string role)
{
    private const string Resident = "VmRSS:";

    private readonly List<(int Process, long Kibibytes, int Handles)> _samples = [];

    /// <summary>Descriptors in the last sample.</summary>
    public int Handles => _samples[^1].Handles;

    /// <summary>The last sample, in a few words.</summary>
    public string Now => _samples.Count == 0
        ? $"{role}: none"
        : string.Create(CultureInfo.InvariantCulture, $"{role} {_samples[^1].Kibibytes / 1024.0:0.0} MiB {_samples[^1].Handles} handles");

    /// <summary>Takes a sample; nothing where the process is not there at the moment.</summary>
    /// <param name="process">Its number on the machine.</param>
    public void Take(string process)
    {
        if (!int.TryParse(process.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return;
        try
        {
            var resident = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(Resident, StringComparison.Ordinal));
            var program = File.ResolveLinkTarget($"/proc/{id}/exe", returnFinalTarget: false)?.FullName;
            var handles = Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count(handle => Target(handle) != program);
            if (resident is not null && handles > 0)
            {
                _samples.Add((id, long.Parse(resident[Resident.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture), handles));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
        }
    }

    /// <summary>How much the medians grew from the second quarter, after warming up, to the last: a share each.</summary>
    public (double Memory, double Handles) Growth()
    {
        var quarter = Math.Max(1, _samples.Count / 4);
        var (early, late) = (_samples.Skip(quarter).Take(quarter).ToList(), _samples.TakeLast(quarter).ToList());
        return (Share(early, late, sample => sample.Kibibytes), Share(early, late, sample => sample.Handles));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var (memory, handles) = Growth();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SOAK {role}: {_samples.Count} samples of {_samples.Select(sample => sample.Process).Distinct().Count()} processes, RSS {_samples.Min(sample => sample.Kibibytes) / 1024.0:0.0} to {_samples.Max(sample => sample.Kibibytes) / 1024.0:0.0} MiB, growth {memory:+0.0%;-0.0%}, handles {_samples.Min(sample => sample.Handles)} to {_samples.Max(sample => sample.Handles)}, growth {handles:+0.0%;-0.0%}");
    }

    // A descriptor may be closed while they are read.
    private static string? Target(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Share<T>(IEnumerable<T> early, IEnumerable<T> late, Func<T, long> of) =>
        (Median(late.Select(of)) / Median(early.Select(of))) - 1;

    private static double Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0;
    }
}
