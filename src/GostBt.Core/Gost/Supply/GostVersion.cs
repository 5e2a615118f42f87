using System.Text.RegularExpressions;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>A version of gost 3, as its releases are tagged: <c>3.2.6</c>, <c>3.2.7-nightly.20260101</c>.</summary>
public sealed record GostVersion
{
    private static readonly Regex Form = new(@"\Av?(3)\.(\d{1,4})\.(\d{1,4})(-[0-9A-Za-z.-]{1,40})?\z", RegexOptions.CultureInvariant);

    private readonly (int Major, int Minor, int Patch) _numbers;
    private readonly string _suffix;

    private GostVersion(string text, (int Major, int Minor, int Patch) numbers, string suffix)
    {
        Text = text;
        _numbers = numbers;
        _suffix = suffix;
    }

    /// <summary>The version GostBt is tested with.</summary>
    public static GostVersion Default { get; } = Parse("3.2.6");

    /// <summary>Without the tag's <c>v</c>.</summary>
    public string Text { get; }

    /// <param name="text">With or without <c>v</c>.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static GostVersion Parse(string text) => TryParse(text) ?? throw new GostBtException(
        GostBtFailure.InvalidInput,
        $"'{text}' is not a version of gost 3.",
        $"Give a version as its releases are called, such as {Default.Text}.");

    /// <summary>The version, or null where the text is none.</summary>
    public static GostVersion? TryParse(string? text)
    {
        var match = Form.Match(text ?? string.Empty);
        return match.Success && !match.Value.Contains("..")
            ? new GostVersion(match.Value.TrimStart('v'), (Number(1), Number(2), Number(3)), match.Groups[4].Value)
            : null;

        int Number(int group) => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>By number, older first; a version with a suffix comes before the one without.</summary>
    public static IComparer<GostVersion> ByAge { get; } = Comparer<GostVersion>.Create((left, right) =>
    {
        var numbers = left._numbers.CompareTo(right._numbers);
        return numbers != 0 ? numbers
            : left._suffix.Length == 0 || right._suffix.Length == 0 ? right._suffix.Length.CompareTo(left._suffix.Length)
            : string.CompareOrdinal(left._suffix, right._suffix);
    });

    /// <inheritdoc/>
    public override string ToString() => Text;
}
