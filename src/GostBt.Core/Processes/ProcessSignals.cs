using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GostBt.Processes;

/// <summary>What netstandard2.0 lacks for ending processes.</summary>
internal static class ProcessSignals
{
    private const int SigTerm = 15;

    // .NET 5 and later have Process.Kill(entireProcessTree); Windows PowerShell's .NET Framework has not.
    private static readonly MethodInfo? KillEntireTree = typeof(Process).GetMethod("Kill", [typeof(bool)]);

    private static readonly bool OnWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>The exit code of an ended process.</summary>
    public static int ExitCode(Process process)
    {
        try
        {
            return process.ExitCode;
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
    }

    /// <summary>
    /// SIGTERM on Unix; on Windows, which has nothing like it for a process without a console, the end of its standard input, which tells something only to a
    /// process that reads it.
    /// </summary>
    public static void AskToEnd(Process process)
    {
        try
        {
            if (OnWindows)
            {
                process.StandardInput.Close();
            }
            else if (!process.HasExited)
            {
                _ = Kill(process.Id, SigTerm);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It ended in the meantime.
        }
    }

    /// <summary>Ends a process.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }

    /// <summary>Ends a process and its children.</summary>
    public static void KillTree(Process process)
    {
        try
        {
            if (KillEntireTree is not null)
            {
                KillEntireTree.Invoke(process, [true]);
            }
            else
            {
                using var kill = Process.Start(new ProcessStartInfo(
                    Path.Combine(Environment.SystemDirectory, "taskkill.exe"),
                    "/T /F /PID " + process.Id.ToString(CultureInfo.InvariantCulture))
                {
                    UseShellExecute = false,
                    CreateNoWindow = true,
                });
                kill?.WaitForExit();
                process.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or TargetInvocationException)
        {
            // It ended in the meantime.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
