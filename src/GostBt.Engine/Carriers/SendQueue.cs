using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GostBt.Engine.Carriers;

/// <summary>What was written to a TCP socket and is not acknowledged yet: a reset throws it away.</summary>
internal static partial class SendQueue
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long nothing of it may be acknowledged before it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Windows does not tell how much of it there is.</summary>
    private static readonly TimeSpan Blind = TimeSpan.FromSeconds(1);

    /// <summary>Waits until it is empty, or nothing of it goes any more, or nobody wants to wait.</summary>
    internal static async Task DrainAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Task.Delay(Blind, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var waited = TimeSpan.Zero;
        for (var seen = int.MaxValue; waited < Patience && !cancellationToken.IsCancellationRequested && Length(socket) is > 0 and var length; waited += Pause)
        {
            if (length < seen)
            {
                (seen, waited) = (length, TimeSpan.Zero);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static int Length(Socket socket)
    {
        // SIOCOUTQ, tcp(7).
        const ulong Outstanding = 0x5411;
        try
        {
            return Ioctl(socket.SafeHandle, Outstanding, out var length) == 0 ? length : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeHandle socket, ulong request, out int value);
}
