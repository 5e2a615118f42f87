using System.Diagnostics.CodeAnalysis;

namespace GostBt.Lab.Tests.Probe;

/// <summary>The tests that want a deployed server and a tunnel that is up share one lab.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class RunningCollection : ICollectionFixture<RunningFixture>
{
    public const string Name = "running";
}
