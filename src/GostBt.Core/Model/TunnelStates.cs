namespace GostBt.Model;

/// <summary>What a state means to whoever asks.</summary>
public static class TunnelStates
{
    /// <summary>Whether the tunnel carries traffic.</summary>
    public static bool Carries(this TunnelState state) => state is TunnelState.Up or TunnelState.Degraded;

    /// <summary>Whether no agent runs.</summary>
    public static bool IsOver(this TunnelState state) => state is TunnelState.Stopped or TunnelState.Failed;
}
