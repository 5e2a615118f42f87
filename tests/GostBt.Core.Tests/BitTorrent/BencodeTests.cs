using System.Text;
using GostBt.BitTorrent;

namespace GostBt.Core.Tests.BitTorrent;

public sealed class BencodeTests
{
    [Theory]
    [InlineData("i0e")]
    [InlineData("i-42e")]
    [InlineData("i9223372036854775807e")]
    [InlineData("0:")]
    [InlineData("4:spam")]
    [InlineData("le")]
    [InlineData("l4:spami7ee")]
    [InlineData("de")]
    [InlineData("d3:cow3:moo4:spaml1:a1:bee")]
    public void What_is_read_is_written_the_same(string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(BencodeWriter.Encode(BencodeReader.Decode(Encoding.ASCII.GetBytes(text)))));

    [Fact]
    public void Strings_hold_any_byte()
    {
        byte[] data = [.. Encoding.ASCII.GetBytes("256:"), .. Enumerable.Range(0, 256).Select(i => (byte)i)];

        var value = BencodeReader.Decode(data);

        Assert.Equal(data[4..], value.AsBytes);
        Assert.Equal(data, BencodeWriter.Encode(value));
    }

    [Fact]
    public void Keys_are_written_in_byte_order()
    {
        var value = new BencodeValue(new Dictionary<string, BencodeValue> { ["b"] = new(1), ["é"] = new(2), ["B"] = new(3) });

        Assert.Equal("d1:Bi3e1:bi1e1:éi2ee", Encoding.Latin1.GetString(BencodeWriter.Encode(value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("i")]
    [InlineData("ie")]
    [InlineData("i-e")]
    [InlineData("i-0e")]
    [InlineData("i01e")]
    [InlineData("i+1e")]
    [InlineData("i 1e")]
    [InlineData("i9223372036854775808e")]
    [InlineData("i111111111111111111111111111111e")]
    [InlineData("4:spa")]
    [InlineData("04:spam")]
    [InlineData("-1:a")]
    [InlineData("99999999999:a")]
    [InlineData("l")]
    [InlineData("d1:ai1e")]
    [InlineData("di1ei2ee")]
    [InlineData("d1:bi1e1:ai2ee")]
    [InlineData("d1:ai1e1:ai2ee")]
    [InlineData("i1ei2e")]
    public void What_is_not_canonical_is_refused(string text) =>
        Assert.Throws<FormatException>(() => BencodeReader.Decode(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Depth_is_bounded()
    {
        var allowed = new string('l', BencodeReader.MaximumDepth + 1) + new string('e', BencodeReader.MaximumDepth + 1);

        Assert.Equal(BencodeKind.List, BencodeReader.Decode(Encoding.ASCII.GetBytes(allowed)).Kind);
        Assert.Throws<FormatException>(() => BencodeReader.Decode(Encoding.ASCII.GetBytes($"l{allowed}e")));
        Assert.Throws<FormatException>(() => BencodeReader.Decode(Encoding.ASCII.GetBytes(new string('l', 100_000))));
    }
}
