using System.Diagnostics.CodeAnalysis;
using GostBt.Lab.Tests.Tunnel;

namespace GostBt.Lab.Tests.Faults;

/// <summary>The fault tests share one lab with a deployed server.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class FaultsCollection : ICollectionFixture<TunnelFixture>
{
    public const string Name = "faults";
}
