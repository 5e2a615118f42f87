namespace GostBt.Desktop.References.Tests;

/// <summary>On .NET Framework a missing member is found out only when the method that uses it runs: MissingMethodException, on a user's PC.</summary>
public sealed class ReferenceTests
{
    [SkippableTheory]
    [InlineData("GostBt.Loader", 10)]
    [InlineData("GostBt.Core", 500)]
    [InlineData("GostBt.Cmdlets", 100)]
    [InlineData("GostBt.SshNet", 20)]
    [InlineData("YamlDotNet", 300)]
    public void What_an_assembly_for_Windows_PowerShell_refers_to_exists(string name, int atLeast)
    {
        Skip.If(name == "GostBt.SshNet" && !File.Exists(Path.Combine(Places.Module, name + ".dll")), "GostBt.SshNet is not built: its package cannot be restored here");
        using var assemblies = new AssemblySet(Places.Module, Places.Framework, Path.Combine(Places.Framework, "Facades"), Places.PowerShell);
        var walk = new ReferenceWalk(assemblies, name);

        Assert.Empty(walk.Missing());
        Assert.True(walk.Members >= atLeast, $"{name} refers to {walk.Members} members only: the walk sees too little.");
    }

    [Fact]
    public void A_reference_to_what_is_not_there_is_seen()
    {
        // This program is written for .NET 10, whose members .NET Framework does not have.
        using var assemblies = new AssemblySet(AppContext.BaseDirectory, Places.Framework, Path.Combine(Places.Framework, "Facades"));
        Assert.NotEmpty(new ReferenceWalk(assemblies, typeof(ReferenceTests).Assembly.GetName().Name!).Missing());
    }
}
