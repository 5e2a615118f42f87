using System.Diagnostics;
using System.Runtime.InteropServices;
using GostBt.Engine.Tun;
using GostBt.Engine.Tun.Windows;
using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.Windows.Tests.Tun;

/// <summary>
/// The engine's calls into wintun.dll, by their real calling convention: against a stand-in (wintun.c) that test.sh compiles, because the real one needs a driver. Every
/// packet written to it comes back to be read.
/// </summary>
public sealed class WintunTests
{
    private const int PacketLength = 1420;
    private const int Packets = 5000;

    private static readonly Guid Identity = Guid.Parse("6ba7b810-9dad-81d1-80b4-00c04fd430c8");

    private static string StandIn => Path.Combine(AppContext.BaseDirectory, "wintun-stand-in.dll");

    [SkippableFact]
    public unsafe void Packets_go_through_the_rings_both_ways_and_nothing_stays_open()
    {
        var wintun = Load();
        var opened = (delegate* unmanaged[Stdcall]<int>)NativeLibrary.GetExport(NativeLibrary.Load(StandIn), "StandInOpen");
        ulong luid = 0;
        var device = WintunDevice.Open(wintun, "gost_tun", Identity, its => luid = its);
        Assert.Equal(0x0035_0000_0000_0000ul, luid);
        Assert.Equal(101, opened());

        var frame = Frame();
        var buffer = new byte[ITunDevice.FrameCapacity];
        Assert.Equal(0, device.TryRead(buffer));
        var read = 0;
        var reader = new Thread(() =>
        {
            while (device.WaitReadable())
            {
                while (device.TryRead(buffer) is var length and > 0)
                {
                    read += length == frame.Length ? 1 : 0;
                }
            }
        });
        reader.Start();

        // The ring of the stand-in has 64 places; what does not fit is lost, as on any link.
        var watch = Stopwatch.StartNew();
        for (var written = 0; written < Packets; written++)
        {
            device.Write(frame);
            while (Volatile.Read(ref read) < written - 32 && watch.Elapsed < TimeSpan.FromSeconds(20))
            {
                Thread.Yield();
            }
        }

        while (Volatile.Read(ref read) < Packets && watch.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Yield();
        }

        device.Stop();
        Assert.True(reader.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(Packets, read);

        // Somebody removes the adapter.
        frame[10 + 20] = 0xEE;
        device.Write(frame);
        Assert.Throws<IOException>(() => device.TryRead(buffer));
        device.Dispose();
        Assert.Equal(0, opened());
        Assert.Throws<IOException>(() => device.Write(frame));
    }

    [SkippableFact]
    public void A_refusal_comes_with_Windows_own_error()
    {
        var wintun = Load();

        Assert.Equal(GostBtFailure.Conflict, Assert.Throws<GostBtException>(() => WintunDevice.Open(wintun, "taken", Identity, _ => { })).Failure);
        Assert.Contains("error 87 of Windows", Assert.Throws<GostBtException>(() => WintunDevice.Open(wintun, "gost_tun", Guid.Empty, _ => { })).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_DLL_that_is_not_Wintun_s_own_is_never_loaded()
    {
        Skip.IfNot(File.Exists(StandIn), "no stand-in for wintun.dll: gcc-mingw-w64-x86-64 is not installed");

        var error = Assert.Throws<GostBtException>(() => WintunFile.Load([StandIn], "amd64", KnownWintun.ProcessorOf, _ => throw new InvalidOperationException("it was loaded")));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
    }

    [SkippableFact]
    public void What_is_no_DLL_or_lacks_a_function_is_told_by_its_path()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "no DLL");
            Assert.Contains(path, Assert.Throws<GostBtException>(() => WintunLibrary.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        var other = Path.Combine(Environment.SystemDirectory, "kernel32.dll");
        Assert.Contains("WintunCreateAdapter", Assert.Throws<GostBtException>(() => WintunLibrary.Load(other)).Message, StringComparison.Ordinal);
    }

    private static WintunLibrary Load()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        Skip.IfNot(File.Exists(StandIn), "no stand-in for wintun.dll: gcc-mingw-w64-x86-64 is not installed");
        return (WintunLibrary)WintunFile.Load([StandIn], "amd64", _ => "amd64", WintunLibrary.Load);
    }

    // A vnet header and an IPv4 packet of an experimental protocol (RFC 3692).
    private static byte[] Frame()
    {
        var frame = new byte[10 + PacketLength];
        byte[] header = [0x45, 0, PacketLength >> 8, PacketLength & 0xFF, 0, 0, 0, 0, 64, 253, 0, 0, 192, 168, 123, 2, 192, 168, 123, 1];
        header.CopyTo(frame, 10);
        return frame;
    }
}
