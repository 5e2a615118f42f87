using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Processes;

/// <summary>A child that outlives this process. It gets no terminal; what it says on standard error before it lets go of it is kept.</summary>
internal sealed class DetachedProcess : IDisposable
{
    private readonly Func<bool> _hasExited;
    private readonly IDisposable _process;

    private DetachedProcess(int id, Func<bool> hasExited, IDisposable process, StreamReader error)
    {
        Id = id;
        _hasExited = hasExited;
        _process = process;
        Said = error.ReadToEndAsync();
    }

    /// <summary>Its standard error, complete once it has let go of it or ended.</summary>
    public Task<string> Said { get; }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _hasExited();

    /// <exception cref="ProcessStartException">The program is missing or may not be run.</exception>
    public static DetachedProcess Start(ProcessCommand command)
    {
        try
        {
            return RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? StartOnWindows(command) : StartOnUnix(command);
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProcessStartException(command.FileName, e);
        }
    }

    /// <summary>Lets go of it; it goes on.</summary>
    public void Dispose() => _process.Dispose();

    private static DetachedProcess StartOnWindows(ProcessCommand command)
    {
        var (handle, id, error) = WindowsLauncher.Start(command);
        var ended = new ProcessEnd(handle);
        return new DetachedProcess(id, () => ended.WaitOne(0), ended, new StreamReader(error, Encoding.UTF8));
    }

    private static DetachedProcess StartOnUnix(ProcessCommand command)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(command.FileName, ProcessArguments.Join(command.Arguments))
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = command.WorkingDirectory ?? string.Empty,
            },
        };
        try
        {
            process.Start();
            process.StandardInput.Close();
            return new DetachedProcess(process.Id, () => process.HasExited, process, process.StandardError);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    // A process's handle can be waited for.
    private sealed class ProcessEnd : WaitHandle
    {
        public ProcessEnd(SafeWaitHandle process)
        {
            SafeWaitHandle = process;
        }
    }
}
