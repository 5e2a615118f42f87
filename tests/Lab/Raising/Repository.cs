namespace GostBt.Lab.Tests.Raising;

/// <summary>Places in the repository the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The lab's script.</summary>
    public static string LabScript => Path.Combine(Root, "lab", "lab.sh");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GostBt.PowerShell.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No GostBt.PowerShell.sln above {AppContext.BaseDirectory}.");
    }
}
