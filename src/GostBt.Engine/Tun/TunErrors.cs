using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>What creating a TUN device can run into, in words.</summary>
internal static class TunErrors
{
    internal static GostBtException CannotOpen(int error) => error switch
    {
        LinuxCalls.NoEntry or LinuxCalls.NoDevice => new GostBtException(
            GostBtFailure.UnsupportedSystem,
            "This system has no /dev/net/tun.",
            "Load the kernel module (modprobe tun). In a container or on a cheap VPS, enable TUN in its settings or ask the provider for it."),
        LinuxCalls.AccessDenied => new GostBtException(
            GostBtFailure.NotPrivileged,
            "/dev/net/tun may not be opened: it is closed to this process's user.",
            "Run it as root, or open the device as udev does: chmod 666 /dev/net/tun. Who sets an interface up needs CAP_NET_ADMIN all the same."),
        LinuxCalls.NotPermitted => NotPrivileged("/dev/net/tun may not be opened"),
        _ => new GostBtException(
            GostBtFailure.UnsupportedSystem,
            $"/dev/net/tun cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.",
            "Check that the tun module works on this system (ip tuntap add mode tun)."),
    };

    internal static GostBtException CannotAttach(string name, int error) => error switch
    {
        LinuxCalls.NotPermitted or LinuxCalls.AccessDenied => NotPrivileged($"The interface {name} may not be created"),
        LinuxCalls.DeviceBusy => Taken(name, "another process uses it"),
        LinuxCalls.InvalidArgument when LinuxCalls.InterfaceIndex(name) != 0 => Taken(name, "it exists and is not a TUN of this kind"),
        _ => Refused("TUNSETIFF", name, error),
    };

    internal static GostBtException Refused(string step, string name, int error) => error switch
    {
        LinuxCalls.NotPermitted => NotPrivileged($"The interface {name} may not be set up"),
        _ => new GostBtException(
            GostBtFailure.UnsupportedSystem,
            $"The kernel refuses {step} for the interface {name}: {Marshal.GetPInvokeErrorMessage(error)}.",
            "Linux 4.18 or later with the tun module is needed; check the values of net, mtu and name."),
    };

    private static GostBtException NotPrivileged(string what) => new(
        GostBtFailure.NotPrivileged,
        what + ": CAP_NET_ADMIN is missing.",
        "Run it as root, or give the process that capability (systemd: AmbientCapabilities=CAP_NET_ADMIN; containers: --cap-add NET_ADMIN).");

    private static GostBtException Taken(string name, string why) => new(
        GostBtFailure.Conflict,
        $"The interface name {name} is taken: {why}.",
        "Stop what uses it, or choose another name in the listener's metadata.");
}
