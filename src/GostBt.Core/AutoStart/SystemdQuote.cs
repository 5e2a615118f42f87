using System.Text;
using GostBt.Model;

namespace GostBt.AutoStart;

/// <summary>One word of a unit's setting, whatever characters it holds: quotes and backslashes by systemd.syntax(7), specifiers by systemd.unit(5).</summary>
internal static class SystemdQuote
{
    /// <summary>A path in a list of paths.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: it holds a control character, which a unit cannot have.</exception>
    public static string Path(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                throw new GostBtException(GostBtFailure.InvalidInput, "The path of GostBt's folder holds a control character, which no systemd unit can name.", "Set GOSTBT_HOME to another folder.");
            }

            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '%' => "%%",
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>An argument of a command, where a dollar sign, too, has a meaning (systemd.service(5)).</summary>
    /// <exception cref="GostBtException">As for <see cref="Path"/>.</exception>
    public static string Argument(string text) => Path(text).Replace("$", "$$");
}
