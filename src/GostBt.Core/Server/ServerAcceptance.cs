namespace GostBt.Server;

/// <summary>Has a say before a server gives up the way back.</summary>
/// <param name="TryAsync">Tries the new state from here; what it throws sets server and profile back. The profile is stored as it is to be.</param>
/// <param name="AbandonAsync">Called when it is refused or the user broke it off; the server goes back meanwhile, and the profile is stored as it was.</param>
internal sealed record ServerAcceptance(Func<CancellationToken, Task> TryAsync, Func<Task> AbandonAsync);
