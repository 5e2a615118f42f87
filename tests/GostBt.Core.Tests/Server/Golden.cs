namespace GostBt.Core.Tests.Server;

/// <summary>Compares a text with the file of that name in the folder <c>Golden</c>, and leaves what it got beside the copy it was compared with.</summary>
internal static class Golden
{
    // Copied beside the tests: a deterministic build does not know where its sources lay.
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Server", "Golden");

    public static void Equal(string name, string actual)
    {
        File.WriteAllText(Path.Combine(Folder, name + ".actual"), actual);
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, name)).ReplaceLineEndings("\n"), actual);
    }
}
