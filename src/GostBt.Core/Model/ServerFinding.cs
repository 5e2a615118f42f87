namespace GostBt.Model;

/// <summary>Something about a server that is not as it should be.</summary>
/// <param name="Id">What it is, for scripts: <c>FileChanged</c>, <c>EngineStopped</c> …; see <c>Test-GostBtServer</c>'s page.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What was found, in one sentence.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ServerFinding(string Id, FindingSeverity Severity, string Message, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity}: {Message} {Remedy}";
}
