using System.Text.RegularExpressions;

namespace GostBt.Model;

/// <summary>
/// A profile's name: 1 to 20 of <c>a-z 0-9 -</c>, starting and ending with a letter or digit. It becomes a file name here, and a folder, unit and
/// nftables name on the server, so nothing else is let in; nor is, on any system, the name of a device of Windows, which no file can have there.
/// </summary>
public sealed class ProfileName : IEquatable<ProfileName>
{
    private static readonly Regex Allowed = new("\\A[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?\\z", RegexOptions.CultureInvariant);

    // "Naming Files, Paths, and Namespaces" of Windows: with any extension they are still devices.
    private static readonly Regex Device = new("\\A(?:con|prn|aux|nul|(?:com|lpt)[0-9])\\z", RegexOptions.CultureInvariant);

    /// <param name="value">The name as the user wrote it.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public ProfileName(string value)
    {
        if (value is null || !Allowed.IsMatch(value))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"'{value}' is not a profile name.",
                "Use 1 to 20 lower-case letters, digits and hyphens, such as 'home' or 'nas-2'; it names files and services on both machines.");
        }

        if (Device.IsMatch(value))
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"'{value}' cannot name a profile: on Windows it is a device, whatever its extension.",
                "Choose another name, such as 'home' or 'nas-2'; profiles move between systems.");
        }

        Value = value;
    }

    /// <summary>The name itself.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public bool Equals(ProfileName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ProfileName);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
