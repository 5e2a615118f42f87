using GostBt.Model;

namespace GostBt.Server;

/// <summary>A socket that waits for others, as <c>ss -lntup</c> shows it.</summary>
/// <param name="Protocol"><see cref="PortProtocol.Tcp"/> or <see cref="PortProtocol.Udp"/>.</param>
/// <param name="Address">The local address; <c>0.0.0.0</c>, <c>[::]</c> or <c>*</c> is all of them.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Process">Whose it is; null when the system does not say.</param>
/// <param name="ProcessId">Its process.</param>
public sealed record ListeningSocket(PortProtocol Protocol, string Address, int Port, string? Process, int? ProcessId)
{
    /// <summary>Whether only the server itself can reach it.</summary>
    public bool IsLoopback => Address.StartsWith("127.", StringComparison.Ordinal) || Address is "[::1]" or "::1";

    /// <summary>For messages: <c>nginx (process 123)</c>.</summary>
    public string Owner => Process is null
        ? "another program"
        : Process + (ProcessId is { } id ? FormattableString.Invariant($" (process {id})") : string.Empty);
}
