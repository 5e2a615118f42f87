namespace GostBt.Engine.Tests;

/// <summary>Tests that measure the whole process, and so run by themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneDefinition
{
    public const string Name = "alone";
}
