using System.Text;

namespace GostBt.Gost.Supply;

/// <summary>What an installation would do. An immutable value that prints itself.</summary>
public sealed record GostInstallPlan
{
    /// <summary>What was asked for.</summary>
    public required GostInstallRequest Request { get; init; }

    /// <summary>The steps, as a person reads them; empty when it is there already.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>What is there already; null when it is not, or is to be replaced.</summary>
    public InstalledGost? Installed { get; init; }

    /// <summary>Whether anything has to be done.</summary>
    public bool HasChanges => Steps.Count > 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"gost {Request.Version} for {Request.Platform}\n".Replace("gost  ", "gost "));
        foreach (var step in HasChanges ? Steps : [$"nothing to do: it is at {Installed?.Path}"])
        {
            text.Append("  - ").Append(step).Append('\n');
        }

        return text.ToString();
    }
}
