using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace GostBt.Tunnel;

/// <summary>The TUN device on this PC, as the system shows it.</summary>
internal sealed class LocalTun(string name, string address)
{
    // proc(5): of this process's network namespace. Listing every device by the class library each second would cost more than all else the agent does.
    private const string Devices = "/proc/net/dev";
    private const int SentField = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IPAddress _address = IPAddress.Parse(address);

    /// <summary>Whether a device of that name is there.</summary>
    public bool Exists => Counters() is not null;

    /// <summary>Waits until the device is gone: Windows takes an adapter away a moment after the end of the process that made it.</summary>
    public async Task UntilGoneAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); Exists && watch.Elapsed < patience;)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the device is there and has its address.</summary>
    public bool HasAddress => HolderOfAddress() == name;

    /// <summary>The device that has the address; null when none has.</summary>
    public string? HolderOfAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .FirstOrDefault(device => device.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(_address)))?.Name;

    /// <summary>The device's counters, bytes; null when it is not there.</summary>
    public (long Received, long Sent)? Counters()
    {
        if (File.Exists(Devices))
        {
            return Parse(File.ReadAllLines(Devices));
        }

        var statistics = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(device => device.Name == name)?.GetIPStatistics();
        return statistics is null ? null : (statistics.BytesReceived, statistics.BytesSent);
    }

    internal (long Received, long Sent)? Parse(IEnumerable<string> devices)
    {
        var prefix = name + ":";
        if (devices.Select(line => line.TrimStart()).FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal)) is not { } device)
        {
            return null;
        }

        var fields = device.Substring(prefix.Length).Split([' '], StringSplitOptions.RemoveEmptyEntries);
        return (long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[SentField], CultureInfo.InvariantCulture));
    }
}
