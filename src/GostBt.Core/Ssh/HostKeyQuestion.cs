namespace GostBt.Ssh;

/// <summary>A host key seen for the first time.</summary>
/// <param name="Host">The host as the user named it.</param>
/// <param name="KeyType">Such as <c>ED25519</c>.</param>
/// <param name="Fingerprint">As ssh prints it: <c>SHA256:…</c>.</param>
public sealed record HostKeyQuestion(string Host, string KeyType, string Fingerprint);
