using System.Diagnostics.CodeAnalysis;

namespace GostBt.Lab.Tests.Raising;

/// <summary>Tests marked <c>[Collection(LabCollection.Name)]</c> share one lab and run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class LabCollection : ICollectionFixture<LabFixture>
{
    public const string Name = "lab";
}
