using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GostBt.Lab.Tests.Raising;

/// <summary>
/// Sockets of this process that live in a node. A socket belongs to the network namespace of the thread that makes it (setns(2)), for
/// good, so a thread of its own enters the namespace, makes the socket and ends.
/// </summary>
public static class NodeSocket
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Makes a socket in a node of the lab; an IPv6 one takes IPv4 too.</summary>
    public static Socket Create(RaisedLab lab, string node, SocketType type, AddressFamily family = AddressFamily.InterNetworkV6)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return Create($"{lab.Name}-{node}", type, family);
    }

    /// <summary>Makes a socket in a network namespace; an IPv6 one takes IPv4 too.</summary>
    public static Socket Create(string networkNamespace, SocketType type, AddressFamily family = AddressFamily.InterNetworkV6)
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle($"/run/netns/{networkNamespace}");
                if (SetNamespace((int)network.DangerousGetHandle(), CloneNewNet) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
                socket = new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
                if (family == AddressFamily.InterNetworkV6) socket.DualMode = true;
            }
            catch (Exception exception) when (exception is IOException or Win32Exception or SocketException)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? socket! : throw new InvalidOperationException($"No socket in network namespace '{networkNamespace}'.", failure);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int type);
}
