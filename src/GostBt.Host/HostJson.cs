using System.Text.Json.Serialization;
using GostBt.Model;

namespace GostBt.Host;

/// <summary>Results as JSON, generated at build time because reflection does not survive trimming.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<GostBtTunnel>))]
[JsonSerializable(typeof(IReadOnlyList<PortProbeResult>))]
internal sealed partial class HostJson : JsonSerializerContext;
