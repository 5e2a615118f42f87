using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Relay;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Relay;

/// <summary>Vectors written down from go-gost/relay and go-gost/x/connector/relay.</summary>
public sealed class RelayCodecTests
{
    [Fact]
    public void A_connect_request()
    {
        var request = new RelayRequest(RelayCommand.Connect) { Auth = new GostAuth("u", "pw"), Address = Destination.Of("1.2.3.4", 80) };

        byte[] expected =
        [
            0x01, 0x01, 0x00, 0x12,
            0x01, 0x00, 0x05, 0x01, (byte)'u', 0x02, (byte)'p', (byte)'w',
            0x02, 0x00, 0x07, 0x01, 1, 2, 3, 4, 0x00, 0x50,
        ];
        Assert.Equal(expected, request.Encode());
        Assert.True(RelayRequest.TryParse(expected[1], expected.AsSpan(4), out var parsed));
        Assert.Equal(request, parsed);
    }

    [Fact]
    public void A_request_for_a_UDP_tunnel()
    {
        var request = new RelayRequest(RelayCommand.Connect) { Udp = true, Address = Destination.Of("127.0.0.1", 8421) };

        byte[] expected = [0x01, 0x81, 0x00, 0x0f, 0x04, 0x00, 0x02, 0x00, 0x01, 0x02, 0x00, 0x07, 0x01, 127, 0, 0, 1, 0x20, 0xe5];
        Assert.Equal(expected, request.Encode());
    }

    [Fact]
    public void A_request_to_associate_has_an_empty_name_for_an_address()
    {
        // gost: auth, network, address; an AddrFeature made from "" is a domain of length 0 with port 0.
        byte[] gosts = [0x04, 0x00, 0x02, 0x00, 0x01, 0x02, 0x00, 0x04, 0x03, 0x00, 0x00, 0x00];

        Assert.True(RelayRequest.TryParse(0x82, gosts, out var parsed));
        Assert.Equal(new RelayRequest(RelayCommand.Bind) { Udp = true }, parsed);
        var ours = new RelayRequest(RelayCommand.Bind) { Udp = true, Address = new Destination(string.Empty, null, 0) }.Encode();
        Assert.Equal((byte[])[0x01, 0x82, 0x00, 0x0c, .. gosts], ours);
    }

    [Fact]
    public void Names_and_IPv6_addresses()
    {
        byte[] name = [0x02, 0x00, 0x0f, 0x03, 0x0b, .. "example.com"u8, 0x01, 0xbb];
        Assert.True(RelayRequest.TryParse(1, name, out var named));
        Assert.Equal(new Destination("example.com", null, 443), named.Address);

        byte[] literal = [0x02, 0x00, 0x13, 0x04, .. IPAddress.Parse("2001:db8::1").GetAddressBytes(), 0x01, 0xbb];
        Assert.True(RelayRequest.TryParse(1, literal, out var addressed));
        Assert.Equal(Destination.Of("2001:db8::1", 443), addressed.Address);
    }

    [Fact]
    public void An_address_disguised_as_a_name_is_an_address()
    {
        byte[] name = [0x02, 0x00, 0x0d, 0x03, 0x09, .. "127.0.0.1"u8, 0x00, 0x50];

        Assert.True(RelayRequest.TryParse(1, name, out var request));
        Assert.Equal(IPAddress.Loopback, request.Address!.Value.Address);
    }

    [Fact]
    public void An_answer_with_the_bound_address()
    {
        Assert.Equal([1, 0, 0, 10, 2, 0, 7, 1, 0, 0, 0, 0, 0x12, 0x34], RelayResponse.Encode(RelayStatus.Ok, new Destination(null, IPAddress.Any, 0x1234)));
        Assert.Equal([1, 2, 0, 0], RelayResponse.Encode(RelayStatus.Unauthorized, null));
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 9, 1 })]
    [InlineData(new byte[] { 1, 0, 1, 5 })]
    [InlineData(new byte[] { 1, 0, 2, 9, 0 })]
    [InlineData(new byte[] { 2, 0, 3, 1, 1, 2 })]
    [InlineData(new byte[] { 2, 0, 2, 3, 200 })]
    [InlineData(new byte[] { 2, 0, 7, 9, 1, 2, 3, 4, 0, 80 })]
    [InlineData(new byte[] { 2, 0, 6, 3, 2, 10, 13, 0, 80 })]
    [InlineData(new byte[] { 4, 0, 1, 0 })]
    [InlineData(new byte[] { 99, 0, 0 })]
    public void Broken_features_are_refused(byte[] features) => Assert.False(RelayRequest.TryParse(1, features, out _));

    [Fact]
    public async Task An_oversized_or_foreign_message_is_refused_before_it_is_read()
    {
        await Assert.ThrowsAsync<InvalidDataException>(async () => await RelayRequest.ReadAsync(new MemoryStream([1, 1, 0xff, 0xff]), default));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await RelayRequest.ReadAsync(new MemoryStream("GET / HTTP/1.1\r\n\r\n"u8.ToArray()), default));
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await RelayRequest.ReadAsync(new MemoryStream([1, 1, 0, 9, 1]), default));
    }
}
