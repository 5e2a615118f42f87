namespace GostBt.Wine.Tests.Raising;

/// <summary>Every test here runs in one Wine prefix, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class WineCollection : ICollectionFixture<WinePrefix>
{
    public const string Name = "wine";
}
