namespace GostBt.Server;

/// <summary>A file of GostBt found on the server.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Hash">SHA-256, lower-case hex.</param>
/// <param name="Mode">Octal, such as <c>640</c>.</param>
/// <param name="Owner"><c>user:group</c>.</param>
public sealed record PlacedFile(string Path, string Hash, string Mode, string Owner);
