using GostBt.Model;
using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public sealed class ProbeReportTests
{
    // As the script printed it in the lab, with a login banner before and errors of bash between.
    private const string Output =
        """
        Welcome to Debian!
        fact ip-forward 1
        fact tun gbtun
        fact drops ip filter FORWARD
        fact drops inet other forward
        probe tcp 9999 error=refused probe: connect: Connection refused probe: line 30: /dev/tcp/198.51.100.10/9999: Connection refused
        probe udp 6666 error=none source=198.19.255.130:35393 connected=15343 reply=6431 reply=41000a0b
        probe tcp 6666 error=none source=198.19.255.130:39790 connected=7804 reply=
        probe udp 7777 error=none source=198.19.255.130:57439
        probe
        probe tcp 70000000000000000000000 error=none
        probe sctp 5 error=none
        seen sent tcp 6666
        seen answered icmp 771
        """;

    private readonly ProbeReport _report = ProbeReport.Parse(Output);

    [Fact]
    public void Facts_are_read()
    {
        Assert.Equal("gbtun", _report.Fact("tun"));
        Assert.Null(_report.Fact("source"));
        Assert.Equal(["ip filter FORWARD", "inet other forward"], _report.Drops);
        Assert.True(_report.Seen("sent", PortProtocol.Tcp, 6666));
        Assert.False(_report.Seen("sent", PortProtocol.Udp, 6666));
    }

    [Fact]
    public void Behind_the_translation_a_mapped_port_is_the_one_inside()
    {
        var mapped = ServerEvidence.From(_report, PublishedPort.Parse("443:6666/tcp"), ProbeOutcome.Silent);
        var unmapped = ServerEvidence.From(_report, PublishedPort.Parse("443/tcp"), ProbeOutcome.Silent);
        Assert.Equal((true, false), (mapped.Sent, unmapped.Sent));
    }

    [Fact]
    public void An_answer_has_its_source_time_and_bytes()
    {
        var attempt = _report.Attempt(PortProtocol.Udp, 6666)!;

        Assert.Equal("198.19.255.130:35393", attempt.Source?.ToString());
        Assert.Equal(15.343, attempt.Elapsed?.TotalMilliseconds);
        Assert.Equal([[0x64, 0x31], [0x41, 0, 0x0a, 0x0b]], attempt.Replies);
        Assert.False(attempt.Refused);
    }

    [Fact]
    public void A_connection_that_said_nothing_is_still_one()
    {
        var attempt = _report.Attempt(PortProtocol.Tcp, 6666)!;

        Assert.NotNull(attempt.Elapsed);
        Assert.Empty(attempt.Replies);
    }

    [Fact]
    public void Refused_silent_and_not_probed_are_told_apart()
    {
        Assert.True(_report.Attempt(PortProtocol.Tcp, 9999)!.Refused);
        Assert.Null(_report.Attempt(PortProtocol.Tcp, 9999)!.Source);
        Assert.False(_report.Attempt(PortProtocol.Udp, 7777)!.Refused);
        Assert.Null(_report.Attempt(PortProtocol.Udp, 7777)!.Elapsed);
        Assert.Null(_report.Attempt(PortProtocol.Udp, 9999));
    }

    [Fact]
    public void An_attempt_over_IPv6_stands_beside_the_one_over_IPv4()
    {
        var report = ProbeReport.Parse("probe tcp 6666 error=refused \nprobe tcp6 6666 error=none source=2001:0002:0000:0004:0000:0000:0000:0002:40000 connected=1500 \nprobe udp6 6666 error=unreachable \n");

        Assert.True(report.Attempt(PortProtocol.Tcp, 6666)!.Refused);
        Assert.Equal(System.Net.IPEndPoint.Parse("[2001:2:0:4::2]:40000"), report.Attempt(PortProtocol.Tcp, 6666, ipv6: true)!.Source);
        Assert.True(report.Attempt(PortProtocol.Udp, 6666, ipv6: true)!.Unreachable);
        Assert.Null(report.Attempt(PortProtocol.Udp, 6666));
    }

    [Fact]
    public void Both_line_ends_are_read() => Assert.Equal("gbtun", ProbeReport.Parse(Output.Replace("\n", "\r\n", StringComparison.Ordinal)).Fact("tun"));
}
