using GostBt.Engine.Addresses;

namespace GostBt.Engine.Tests.Malformed;

/// <summary>Addresses as their readers get them: of a length that a stranger chose, cut anywhere, or of any type.</summary>
public sealed class SocksAddressTests
{
    public static TheoryData<byte[]> Whole() =>
    [
        [1, 192, 0, 2, 1, 0x1a, 0x0a],
        [4, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x1a, 0x0a],
        [3, 1, (byte)'a', 0x1a, 0x0a],
        [3, 255, .. Enumerable.Repeat((byte)'a', 255), 0x1a, 0x0a],
    ];

    [Theory]
    [MemberData(nameof(Whole))]
    public void Cut_anywhere_it_is_none_and_what_follows_is_not_read(byte[] address)
    {
        for (var length = 0; length < address.Length; length++)
        {
            Assert.False(SocksAddress.TryRead(address.AsSpan(0, length), out _, out _), $"{length} of {address.Length} bytes");
        }

        Assert.True(SocksAddress.TryRead([.. address, 0xff, 0xff], out var destination, out var read));
        Assert.Equal((6666, address.Length), (destination.Port, read));
    }

    [Fact]
    public void Of_any_type_and_length_byte_it_ends_without_a_fault()
    {
        var random = new Random(20261122);
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            for (var second = 0; second <= byte.MaxValue; second++)
            {
                var data = new byte[random.Next(0, 24)];
                random.NextBytes(data);
                if (data.Length > 1)
                {
                    (data[0], data[1]) = ((byte)first, (byte)second);
                }

                if (SocksAddress.TryRead(data, out _, out var length))
                {
                    Assert.InRange(length, 4, data.Length);
                }
            }
        }
    }

    [Fact]
    public void A_name_without_letters_is_none() => Assert.False(SocksAddress.TryRead([3, 0, 0, 80], out _, out _));

    [Theory]
    [InlineData(0x20)]
    [InlineData(0x00)]
    [InlineData(0x7f)]
    [InlineData(0xe4)]
    public void A_name_that_is_not_plain_visible_text_is_none(byte letter) => Assert.False(SocksAddress.TryRead([3, 2, (byte)'a', letter, 0, 80], out _, out _));
}
