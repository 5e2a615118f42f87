using System.Net;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class KeepaliveTests
{
    private static readonly TunnelAddress[] Own = [TunnelAddress.From(IPAddress.Parse("192.168.123.2")), TunnelAddress.From(IPAddress.Parse("fd00:7::2"))];

    [Fact]
    public void A_plain_hello_is_gosts_byte_by_byte()
    {
        const string Gost = "474F5354" + "73657372616D0000000000000000000" + "0" + "00000000000000000000FFFFC0A87B02" + "FD000007000000000000000000000002";
        Assert.Equal(Gost, Convert.ToHexString(Keepalive.Hello("sesram"u8, Own, capabilities: null)));
    }

    [Fact]
    public void An_extended_hello_is_one_that_gosts_server_drops_without_a_word()
    {
        // go-gost/x/handler/tun/server.go takes addresses only when they fill multiples of 16 bytes.
        var hello = Keepalive.Hello("sesram"u8, Own, Keepalive.SuperPackets);
        Assert.NotEqual(0, (hello.Length - 20) % 16);
        Assert.Equal(Keepalive.Hello("sesram"u8, Own, capabilities: null), hello[..^8]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData((byte)0)]
    [InlineData(Keepalive.SuperPackets)]
    public void A_hello_survives_the_wire(byte? capabilities)
    {
        var hello = Keepalive.Hello("sesram"u8, Own, capabilities);

        Assert.True(Keepalive.TryParseHello(hello, out var addresses, out var parsed));
        Assert.Equal(capabilities, parsed);
        Assert.Equal(32, addresses.Length);
        Assert.Equal(Own[1], TunnelAddress.FromIpv6(addresses[16..]));
        Assert.True(Keepalive.Passphrase(hello).StartsWith("sesram\0"u8));
    }

    [Fact]
    public void A_plain_answer_is_gosts_20_bytes()
    {
        var answer = new byte[Keepalive.ExtendedAnswerSize];
        Assert.Equal(20, Keepalive.Answer(answer, IPAddress.Parse("198.51.100.7"), capabilities: null));
        Assert.Equal("474F535400000000000000000000FFFFC6336407", Convert.ToHexString(answer, 0, 20));
        Assert.True(Keepalive.TryParseAnswer(answer.AsSpan(0, 20), out var none));
        Assert.Null(none);
    }

    [Fact]
    public void An_extended_answer_tells_what_is_agreed()
    {
        var answer = new byte[Keepalive.ExtendedAnswerSize];
        var length = Keepalive.Answer(answer, IPAddress.Loopback, Keepalive.SuperPackets);
        Assert.True(Keepalive.TryParseAnswer(answer.AsSpan(0, length), out var agreed));
        Assert.Equal(Keepalive.SuperPackets, agreed);
    }

    [Fact]
    public void Malformed_keepalives_are_refused_and_never_throw()
    {
        var random = new Random(7);
        Assert.False(Keepalive.TryParseHello(Keepalive.Hello("x"u8, [], capabilities: null), out _, out _));
        for (var i = 0; i < 20000; i++)
        {
            var noise = PacketBuilder.Random(random.Next(100), random);
            if (i % 2 == 0 && noise.Length > 4)
                "GOST"u8.CopyTo(noise);
            if (Keepalive.TryParseHello(noise, out var addresses, out _))
                Assert.Equal(0, addresses.Length % 16);
            Assert.False(Keepalive.TryParseAnswer(noise, out _) && noise.Length is not (20 or 28));
        }
    }
}
