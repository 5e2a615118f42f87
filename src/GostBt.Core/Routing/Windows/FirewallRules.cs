using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Routing.Windows;

/// <summary>netsh.exe and <c>HKLM\…\FirewallPolicy\FirewallRules</c>.</summary>
internal sealed class FirewallRules : IFirewallRules
{
    private const string Key = @"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
    private const int KeyRead = 0x20019;
    private const int MoreData = 234; // ERROR_MORE_DATA
    private const int FileNotFound = 2;
    private const int LongestName = 16384;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly IntPtr LocalMachine = new(unchecked((int)0x80000002));

    /// <inheritdoc/>
    public async Task<ProcessOutcome> NetshAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            // By its whole path: what lies in the current folder or on PATH is not run with an administrator's rights.
            var program = Path.Combine(Environment.SystemDirectory, "netsh.exe");
            return await ProcessRunner.RunAsync(new ProcessCommand(program, arguments) { Deadline = Deadline }, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.UnsupportedSystem, e.Message, "Repair Windows with 'sfc /scannow': netsh.exe is part of it.", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Read()
    {
        var error = NativeMethods.RegOpenKeyEx(LocalMachine, Key, 0, KeyRead, out var key);
        if (error == FileNotFound)
        {
            return [];
        }

        if (error != 0)
        {
            throw WindowsErrors.Of((uint)error, "let the firewall's rules be read");
        }

        try
        {
            return Values(key);
        }
        finally
        {
            _ = NativeMethods.RegCloseKey(key);
        }
    }

    private static List<string> Values(IntPtr key)
    {
        var rules = new List<string>();
        var name = new char[LongestName];
        var data = new byte[4096];
        for (var index = 0; ;)
        {
            var (nameLength, length) = (LongestName, data.Length);
            var error = NativeMethods.RegEnumValue(key, index, name, ref nameLength, IntPtr.Zero, out _, data, ref length);
            if (error == MoreData)
            {
                data = new byte[Math.Max(2 * data.Length, length)];
                continue;
            }

            if (error != 0)
            {
                return rules;
            }

            rules.Add(Encoding.Unicode.GetString(data, 0, length).TrimEnd('\0'));
            index++;
        }
    }

    private static class NativeMethods
    {
        [DllImport("advapi32", EntryPoint = "RegOpenKeyExW", CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int RegOpenKeyEx(IntPtr key, string name, int options, int access, out IntPtr opened);

        [DllImport("advapi32", EntryPoint = "RegEnumValueW", CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int RegEnumValue(IntPtr key, int index, [Out] char[] name, ref int nameLength, IntPtr reserved, out int type, [Out] byte[] data, ref int length);

        [DllImport("advapi32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int RegCloseKey(IntPtr key);
    }
}
