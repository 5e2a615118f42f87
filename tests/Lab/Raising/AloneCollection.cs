using System.Diagnostics.CodeAnalysis;

namespace GostBt.Lab.Tests.Raising;

/// <summary>Tests that need nothing of each other's, but measure time or look at the whole machine: they run when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
