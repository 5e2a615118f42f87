namespace GostBt.Engine.Relay;

/// <summary>The far end answered, and the answer is no.</summary>
internal sealed class RelayRefusedException(RelayStatus status) : IOException($"The far end's relay refuses: {Describe(status)}.")
{
    internal RelayStatus Status { get; } = status;

    private static string Describe(RelayStatus status) => status switch
    {
        RelayStatus.BadRequest => "it does not understand the request",
        RelayStatus.Unauthorized => "wrong user or password",
        RelayStatus.Forbidden => "the destination is not allowed",
        RelayStatus.Timeout => "the destination did not answer in time",
        RelayStatus.ServiceUnavailable => "the service is not available",
        RelayStatus.HostUnreachable => "the destination cannot be reached",
        RelayStatus.NetworkUnreachable => "the destination's network cannot be reached",
        _ => $"status {(int)status}",
    };
}
