namespace GostBt.Tunnel;

/// <summary>Tells one boot of this machine from another (random(4), <c>/proc/sys/kernel/random/boot_id</c>).</summary>
internal static class BootId
{
    private const string Source = "/proc/sys/kernel/random/boot_id";

    /// <summary>This boot's; null where the system has none.</summary>
    public static string? Current { get; } = Read();

    private static string? Read()
    {
        try
        {
            return File.Exists(Source) ? File.ReadAllText(Source).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
