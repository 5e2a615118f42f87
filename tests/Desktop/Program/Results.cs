namespace GostBt.Desktop.Tests;

/// <summary>Counts checks and tells what failed.</summary>
internal sealed class Results
{
    private int _passed;
    private int _failed;
    private int _skipped;

    /// <summary>Makes a check; it fails by throwing.</summary>
    public void Check(string name, Action check)
    {
        try
        {
            check();
            _passed++;
        }
        catch (Exception e) when (e is NotSupportedException or NotImplementedException)
        {
            _skipped++;
            Console.WriteLine($"SKIPPED  {name}: not on this runtime: {e.Message}");
        }
        catch (Exception e)
        {
            _failed++;
            Console.WriteLine($"FAILED   {name}: {e}");
        }
    }

    public int Sum()
    {
        Console.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");
        return _failed == 0 && _passed > 0 ? 0 : 1;
    }
}
