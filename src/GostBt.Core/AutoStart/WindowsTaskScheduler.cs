using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.AutoStart;

/// <summary>Task Scheduler 2.0 through COM (taskschd.h), by name, as scripts use it: a password never shows on a command line as schtasks would have it.</summary>
internal sealed class WindowsTaskScheduler : ITaskScheduler
{
    private const int CreateOrUpdate = 6; // TASK_CREATE_OR_UPDATE
    private const int WithPassword = 1; // TASK_LOGON_PASSWORD
    private const int InteractiveToken = 3; // TASK_LOGON_INTERACTIVE_TOKEN
    private const int Running = 4; // TASK_STATE_RUNNING
    private const int FileNotFound = unchecked((int)0x80070002);
    private const int PathNotFound = unchecked((int)0x80070003);
    private const int AccessDenied = unchecked((int)0x80070005);
    private const int LogonFailure = unchecked((int)0x8007052E);

    /// <inheritdoc/>
    public void Register(string path, string xml, string user, SshPassword? password)
    {
        string? text = null;
        if (password is not null)
        {
            var bytes = password.Copy();
            text = Encoding.UTF8.GetString(bytes);
            Array.Clear(bytes, 0, bytes.Length);
        }

        Call(Root(), "RegisterTask", path, xml, CreateOrUpdate, user, text, text is null ? InteractiveToken : WithPassword, null);
    }

    /// <inheritdoc/>
    public string? Read(string path) => TryGet(path) is { } task ? (string?)Get(task, "Xml") : null;

    /// <inheritdoc/>
    public void Remove(string path)
    {
        if (TryGet(path) is { } task)
        {
            Call(task, "Stop", 0);
            Call(Root(), "DeleteTask", path, 0);
        }
    }

    /// <inheritdoc/>
    public void Enable(string path, bool enabled)
    {
        if (TryGet(path) is { } task)
        {
            Invoke(task, "Enabled", BindingFlags.SetProperty, enabled);
        }
    }

    /// <inheritdoc/>
    public void Run(string path) => Call(TryGet(path) ?? throw Refused($"there is no task {path}", null), "Run", (object?)null);

    /// <inheritdoc/>
    public bool Runs(string path) => TryGet(path) is { } task && Convert.ToInt32(Get(task, "State"), CultureInfo.InvariantCulture) == Running;

    private static object? TryGet(string path)
    {
        try
        {
            return Call(Root(), "GetTask", path);
        }
        catch (GostBtException e) when (e.InnerException is { HResult: FileNotFound or PathNotFound })
        {
            return null;
        }
    }

    private static object? Get(object target, string property) => Invoke(target, property, BindingFlags.GetProperty);

    private static object? Call(object target, string method, params object?[] arguments) => Invoke(target, method, BindingFlags.InvokeMethod, arguments);

    private static object Root()
    {
        object service;
        try
        {
            service = Activator.CreateInstance(Type.GetTypeFromProgID("Schedule.Service") ?? throw Refused("is not here", null))!;
        }
        catch (Exception e) when (e is COMException or NotSupportedException or TargetInvocationException)
        {
            throw Refused(e.Message, e);
        }

        Call(service, "Connect");
        return Call(service, "GetFolder", @"\") ?? throw Refused("has no root folder", null);
    }

    private static object? Invoke(object target, string member, BindingFlags how, params object?[] arguments)
    {
        try
        {
            return target.GetType().InvokeMember(member, how, null, target, arguments, CultureInfo.InvariantCulture);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } cause)
        {
            throw Refused($"{member}: {cause.Message.Trim()} (0x{cause.HResult:X8})", cause);
        }
        catch (Exception e) when (e is COMException or NotImplementedException or MissingMethodException or NotSupportedException or UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw Refused($"{member}: {e.Message.Trim()} (0x{e.HResult:X8})", e);
        }
    }

    private static GostBtException Refused(string why, Exception? cause) => cause?.HResult switch
    {
        AccessDenied => new GostBtException(GostBtFailure.NotPrivileged, "Windows' Task Scheduler lets only administrators do this.", "Run it in a console opened with 'Run as administrator'.", cause),
        LogonFailure => new GostBtException(GostBtFailure.AuthenticationFailed, "Windows does not accept the account's user name and password.", "Give the account's Windows password, not its PIN.", cause),
        _ => new GostBtException(GostBtFailure.Unexpected, $"Windows' Task Scheduler refuses: {why}.", "Check that the service 'Schedule' runs, and that the program is where it says.", cause),
    };
}
