namespace GostBt.Engine.Config;

/// <summary>What a metadata key holds.</summary>
internal enum MetadataKind
{
    Text = 0,
    Flag,
    Number,
    Duration,
}
