using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>A profile that is to be forgotten.</summary>
/// <param name="Name">The profile.</param>
/// <param name="Stays">What stays of it, for people.</param>
public sealed record ProfileRemovalPlan(ProfileName Name, string Stays)
{
    /// <inheritdoc/>
    public override string ToString() => $"Remove the profile '{Name}' and its secrets from this computer. {Stays}";
}
