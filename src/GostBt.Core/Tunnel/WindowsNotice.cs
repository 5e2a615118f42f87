namespace GostBt.Tunnel;

/// <summary>What Windows tells a process that asks to be told.</summary>
internal enum WindowsNotice
{
    /// <summary>An adapter comes, goes or has other settings (NotifyIpInterfaceChange).</summary>
    Interfaces,

    /// <summary>An address (NotifyUnicastIpAddressChange).</summary>
    Addresses,

    /// <summary>A route (NotifyRouteChange2).</summary>
    Routes,

    /// <summary>The PC is back from sleep (PowerRegisterSuspendResumeNotification).</summary>
    Resume,
}
