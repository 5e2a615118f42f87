using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class LocalTunTests
{
    private static readonly string[] Devices =
    [
        "Inter-|   Receive                                                |  Transmit",
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
        "    lo:    1000      10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0",
        "gost_tun: 123456789 42    0    0    0     0          0         0     987      10    0    0    0     0       0          0",
        "gost_tun2:    5      10    0    0    0     0          0         0     6      10    0    0    0     0       0          0",
    ];

    [Fact]
    public void Counters_are_those_of_the_device_alone()
    {
        Assert.Equal((123456789, 987), new LocalTun("gost_tun", "192.168.123.2").Parse(Devices));
        Assert.Null(new LocalTun("gost", "192.168.123.2").Parse(Devices));
    }
}
