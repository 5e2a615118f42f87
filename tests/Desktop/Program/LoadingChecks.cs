using System.Reflection;

namespace GostBt.Desktop.Tests;

/// <summary>What the loader loads, and for whom.</summary>
internal static class LoadingChecks
{
    public static void Run(Results results, LoadedModule module)
    {
        results.Check("The loader gives the same assembly each time", () => Expect.True(ReferenceEquals(module.Cmdlets, module.Load()), "another one"));
        results.Check("Every type of the cmdlets loads", () => Expect.True(TypesOf(module.Cmdlets).Length > 40, "too few"));
        results.Check("Every type of Core loads", () => Expect.True(TypesOf(module.Core).Length > 200, "too few"));
        results.Check("Each cmdlet has its attribute, and each parameter a type", () =>
        {
            var cmdlets = module.Cmdlets.GetTypes().Where(type => type.Namespace == "GostBt.PowerShell.Commands" && type.IsPublic && !type.IsAbstract).ToList();
            Expect.True(cmdlets.Count >= 24, $"{cmdlets.Count} cmdlets only");
            foreach (var cmdlet in cmdlets)
            {
                Expect.True(cmdlet.GetCustomAttributesData().Any(data => data.AttributeType.Name == "CmdletAttribute"), cmdlet.Name);
                Expect.True(cmdlet.GetProperties().All(property => property.PropertyType is not null), cmdlet.Name);
            }
        });
        results.Check("What is loaded of ours lies in the module's folder", () =>
        {
            var ours = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => File.Exists(Path.Combine(module.Folder, assembly.GetName().Name + ".dll"))).ToList();
            Expect.True(ours.Count >= 3, $"{ours.Count} only");
            foreach (var assembly in ours.Where(assembly => assembly.GetName().Name.StartsWith("GostBt.", StringComparison.Ordinal)))
            {
                Expect.Equal(module.Folder, Path.GetDirectoryName(assembly.Location));
            }
        });
        results.Check("Nobody else is handed the module's YamlDotNet", () => Expect.Throws<FileNotFoundException>(() => Assembly.Load("YamlDotNet, Version=99.0.0.0")));
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new InvalidDataException(string.Join("; ", e.LoaderExceptions.Select(cause => cause.Message).Distinct()), e);
        }
    }
}
