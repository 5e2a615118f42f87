using System.Diagnostics.CodeAnalysis;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>The tests of the tunnel share one lab with a deployed server.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class TunnelCollection : ICollectionFixture<TunnelFixture>
{
    public const string Name = "tunnel";
}
