using GostBt.Model;

namespace GostBt.Net;

/// <summary>What the evidence amounts to.</summary>
/// <param name="Open">Whether a peer gets through.</param>
/// <param name="Stage">The part that broke.</param>
/// <param name="Detail">What was found, in one sentence or two.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
internal sealed record ProbeFinding(bool Open, ProbeStage Stage, string Detail, string? Remedy);
