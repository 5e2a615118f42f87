using System.Reflection;

namespace GostBt.Ssh;

/// <summary>Reads the <c>.sh</c> files that are built into this assembly.</summary>
internal static class EmbeddedScript
{
    /// <param name="folder">The folder under the project, such as <c>Server</c>.</param>
    /// <param name="name">The file's name, such as <c>facts.sh</c>.</param>
    /// <returns>Its text with line feeds only, whatever the checkout made of them.</returns>
    public static string Read(string folder, string name)
    {
        var resource = $"GostBt.{folder}.{name}";
        using var stream = typeof(EmbeddedScript).GetTypeInfo().Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }

    /// <summary>The same without comments, joined into one line; for scripts written so that this keeps their meaning.</summary>
    public static string ReadOneLine(string folder, string name) => string.Join(
        " ",
        Read(folder, name).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'));
}
