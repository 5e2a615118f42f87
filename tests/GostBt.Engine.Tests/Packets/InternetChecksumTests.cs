using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_adds_up()
    {
        byte[] data = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        var field = new byte[2];

        InternetChecksum.WriteFolded(field, InternetChecksum.Fold(InternetChecksum.Add(data)));

        Assert.Equal([0xdd, 0xf2], field);
    }

    [Fact]
    public void A_known_IPv4_header_gets_its_known_checksum()
    {
        var header = Convert.FromHexString("45000073000040004011b861c0a80001c0a800c7");
        Ipv4Header.WriteChecksum(header);
        Assert.Equal("B861", Convert.ToHexString(header, 10, 2));
    }

    [Fact]
    public void Any_length_and_any_bytes_agree_with_the_naive_sum()
    {
        var random = new Random(1);
        for (var length = 0; length < 700; length++)
        {
            var data = PacketBuilder.Random(length, random);
            if (length % 3 == 0)
                Array.Fill(data, (byte)0xFF);
            AssertSame(data);
        }

        AssertSame(PacketBuilder.Random(65535, random));
        AssertSame(Enumerable.Repeat((byte)0xFF, 65535).ToArray());
    }

    [Fact]
    public void A_sum_may_be_taken_in_parts()
    {
        var random = new Random(2);
        for (var i = 0; i < 200; i++)
        {
            var data = PacketBuilder.Random(random.Next(2, 500), random);
            var cut = random.Next(data.Length / 2) * 2;
            var parts = InternetChecksum.Add(data.AsSpan(cut), InternetChecksum.Add(data.AsSpan(0, cut)));
            Assert.Equal(InternetChecksum.Fold(InternetChecksum.Add(data)) % 0xFFFF, InternetChecksum.Fold(parts) % 0xFFFF);
        }
    }

    // Addresses whose sum fills 64 bits: what is added goes round to the lowest bit.
    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF", 6, 20)]
    [InlineData("FFFFFFFFFFFFFFFF", 17, 8)]
    [InlineData("FFF9FFFFFFFFFFFF", 6, 1480)]
    [InlineData("FFEEFFFFFFFFFFFF", 17, 65515)]
    public void Nothing_is_lost_of_a_pseudo_header_that_overflows(string addresses, byte protocol, int length)
    {
        var bytes = Convert.FromHexString(addresses);
        byte[] whole = [.. bytes, 0, protocol, (byte)(length >> 8), (byte)length];

        var atOnce = InternetChecksum.Pseudo(bytes, protocol, length);
        var joined = InternetChecksum.Join(InternetChecksum.Pseudo(bytes, protocol, 0), InternetChecksum.Pseudo([], 0, length));

        foreach (var sum in new[] { atOnce, joined })
        {
            var field = new byte[2];
            InternetChecksum.WriteFolded(field, InternetChecksum.Fold(sum));
            Assert.Equal(PacketBuilder.Sum(whole), (field[0] << 8) | field[1]);
        }
    }

    private static void AssertSame(byte[] data)
    {
        var field = new byte[2];
        InternetChecksum.WriteFolded(field, InternetChecksum.Fold(InternetChecksum.Add(data)));
        Assert.Equal(PacketBuilder.Sum(data), (field[0] << 8) | field[1]);
    }
}
