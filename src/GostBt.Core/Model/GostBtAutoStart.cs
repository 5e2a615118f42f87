namespace GostBt.Model;

/// <summary>Whether a profile's tunnel comes up with this computer: what <c>Register-</c> and <c>Unregister-GostBtAutoStart</c> return.</summary>
public sealed record GostBtAutoStart
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is registered.</summary>
    public required bool Registered { get; init; }

    /// <summary>The systemd unit, or the path of the scheduled task.</summary>
    public required string Entry { get; init; }

    /// <summary>The account the agent runs as; null when it is not registered.</summary>
    public string? Account { get; init; }

    /// <summary>The agent's program, a copy that stays when the module is updated; null when it is not registered.</summary>
    public string? Program { get; init; }
}
