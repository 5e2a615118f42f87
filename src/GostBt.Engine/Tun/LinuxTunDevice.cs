using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Engine.Tun;

/// <summary>
/// A TUN device of Linux with vnet headers, checksum offload and segmentation offload (Documentation/networking/tuntap.rst,
/// linux/if_tun.h). Needs CAP_NET_ADMIN, not root. The interface vanishes when it is disposed.
/// </summary>
internal sealed unsafe class LinuxTunDevice : ITunDevice
{
    /// <summary>Bytes of an interface name, without its terminator.</summary>
    internal const int LongestName = 15;

    private const string DevicePath = "/dev/net/tun";
    private const short FlagTun = 0x0001;
    private const short FlagNoPacketInformation = 0x1000;
    private const short FlagVnetHeader = 0x4000;
    private const uint OffloadChecksum = 0x01;
    private const uint OffloadTcp4 = 0x02;
    private const uint OffloadTcp6 = 0x04;
    private const uint OffloadUdp = 0x20 | 0x40;

    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _stop;

    private LinuxTunDevice(SafeFileHandle file, SafeFileHandle stop, string name, bool takesUdpSuperPackets)
    {
        TakesUdpSuperPackets = takesUdpSuperPackets;
        _file = file;
        _stop = stop;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool TakesUdpSuperPackets { get; }

    /// <summary>Creates the interface, gives it its addresses and MTU, and brings it up.</summary>
    /// <param name="name">Up to 15 bytes, or null for a name of the kernel's choice.</param>
    /// <param name="networks">Addresses with their prefixes.</param>
    /// <param name="mtu">In bytes.</param>
    /// <param name="skipped">Called with the reason for an IPv6 address that this system does not take.</param>
    /// <exception cref="GostBtException">No /dev/net/tun, no permission, or the name is taken.</exception>
    internal static LinuxTunDevice Open(string? name, IReadOnlyList<TunNetwork> networks, int mtu, Action<string> skipped)
    {
        var file = LinuxCalls.Open(DevicePath, LinuxCalls.OpenReadWrite | LinuxCalls.OpenNonBlocking | LinuxCalls.OpenCloseOnExec);
        if (file.IsInvalid)
        {
            throw TunErrors.CannotOpen(Marshal.GetLastPInvokeError());
        }

        SafeFileHandle? stop = null;
        try
        {
            var given = Attach(file, name);
            var udp = Offload(file, given);
            stop = LinuxCalls.CreateEvent(0, LinuxCalls.OpenNonBlocking | LinuxCalls.OpenCloseOnExec);
            if (stop.IsInvalid)
            {
                throw TunErrors.Refused("eventfd", given, Marshal.GetLastPInvokeError());
            }

            InterfaceSetup.Apply(given, networks, mtu, skipped);
            return new LinuxTunDevice(file, stop, given, udp);
        }
        catch
        {
            stop?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int TryRead(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = LinuxCalls.Read(_file, start, (nuint)buffer.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                var error = Marshal.GetLastPInvokeError();
                if (error == LinuxCalls.TryAgain)
                {
                    return 0;
                }

                if (error != LinuxCalls.Interrupted)
                {
                    throw Gone(error);
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool WaitReadable()
    {
        var entries = stackalloc LinuxCalls.PollEntry[2];
        entries[0] = new LinuxCalls.PollEntry { File = (int)_file.DangerousGetHandle(), Events = LinuxCalls.PollIn };
        entries[1] = new LinuxCalls.PollEntry { File = (int)_stop.DangerousGetHandle(), Events = LinuxCalls.PollIn };
        while (true)
        {
            var ready = LinuxCalls.Poll(entries, 2, -1);
            if (ready < 0 && Marshal.GetLastPInvokeError() == LinuxCalls.Interrupted)
            {
                continue;
            }

            if (ready < 0)
            {
                throw Gone(Marshal.GetLastPInvokeError());
            }

            if (entries[1].Happened != 0)
            {
                return false;
            }

            if ((entries[0].Happened & LinuxCalls.PollIn) != 0)
            {
                return true;
            }

            if ((entries[0].Happened & LinuxCalls.PollError) != 0)
            {
                throw Gone(LinuxCalls.NoDevice);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> frame)
    {
        fixed (byte* start = frame)
        {
            if (LinuxCalls.Write(_file, start, (nuint)frame.Length) >= 0)
            {
                return;
            }
        }

        // Refused packets (EINVAL), a full queue, an interface set down (EIO) cost a packet; a device that is gone ends the service.
        var error = Marshal.GetLastPInvokeError();
        if (error is LinuxCalls.BadFileState or LinuxCalls.BadFile)
        {
            throw Gone(error);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        var one = 1UL;
        LinuxCalls.Write(_stop, (byte*)&one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _stop.Dispose();
    }

    private static string Attach(SafeFileHandle file, string? name)
    {
        // struct ifreq: 16 bytes of name, then a union of which the first two bytes are the flags.
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.UTF8.GetBytes(name ?? "tun%d", request[..LongestName]);
        short flags = FlagTun | FlagNoPacketInformation | FlagVnetHeader;
        MemoryMarshal.Write(request[16..], in flags);
        fixed (byte* argument = request)
        {
            if (LinuxCalls.Control(file, LinuxCalls.TunSetInterface, argument) < 0)
            {
                throw TunErrors.CannotAttach(name ?? "tun%d", Marshal.GetLastPInvokeError());
            }
        }

        return Encoding.UTF8.GetString(request[..request.IndexOf((byte)0)]);
    }

    /// <returns>Whether UDP segmentation is among what is offloaded.</returns>
    private static bool Offload(SafeFileHandle file, string name)
    {
        int size = Packets.VnetHeader.Size, littleEndian = 1;
        if (LinuxCalls.Control(file, LinuxCalls.TunSetVnetHeaderSize, &size) < 0)
        {
            throw TunErrors.Refused("TUNSETVNETHDRSZ", name, Marshal.GetLastPInvokeError());
        }

        if (LinuxCalls.Control(file, LinuxCalls.TunSetVnetLittleEndian, &littleEndian) < 0)
        {
            throw TunErrors.Refused("TUNSETVNETLE", name, Marshal.GetLastPInvokeError());
        }

        // UDP segmentation came with Linux 6.2; without it UDP just comes in single packets.
        const uint Tcp = OffloadChecksum | OffloadTcp4 | OffloadTcp6;
        if (LinuxCalls.Control(file, LinuxCalls.TunSetOffload, (nuint)(Tcp | OffloadUdp)) == 0)
        {
            return true;
        }

        if (LinuxCalls.Control(file, LinuxCalls.TunSetOffload, (nuint)Tcp) == 0)
        {
            return false;
        }

        throw TunErrors.Refused("TUNSETOFFLOAD", name, Marshal.GetLastPInvokeError());
    }

    private IOException Gone(int error) => new($"The interface {Name} is gone ({Marshal.GetPInvokeErrorMessage(error)}).");
}
