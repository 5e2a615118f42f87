using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Tests.Support;

/// <summary>A real gost, if there is one on PATH, serving a configuration until disposed.</summary>
internal sealed class GostProcess : IDisposable
{
    internal const string Missing = "gost is not on PATH";

    private readonly Process _process;
    private readonly string _folder;

    private GostProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
    }

    internal static bool IsInstalled => Find() is not null;

    /// <summary>A port nobody has at the moment; gost cannot say which one it got.</summary>
    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it and waits until it listens.</summary>
    internal static async Task<GostProcess> StartAsync(string yaml, int port)
    {
        var folder = Directory.CreateTempSubdirectory("gostbt-gost-").FullName;
        var file = Path.Combine(folder, "gost.yaml");
        await File.WriteAllTextAsync(file, yaml + "\nlog: {level: error}\n");
        var process = Process.Start(new ProcessStartInfo(Find()!, ["-C", file]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var gost = new GostProcess(process, folder);
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return gost;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        gost.Dispose();
        throw new InvalidOperationException("gost does not listen.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit(5000);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "gost"), Path.Combine(folder, "gost.exe") })
        .FirstOrDefault(File.Exists);
}
