namespace GostBt.Gost;

/// <summary>A user and its password.</summary>
/// <param name="Username">In clear text in gost's file.</param>
/// <param name="Password">In clear text in gost's file, which is therefore private.</param>
public sealed record GostAuth(string Username, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"GostAuth {{ Username = {Username} }}";
}
