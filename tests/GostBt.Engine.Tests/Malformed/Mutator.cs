namespace GostBt.Engine.Tests.Malformed;

/// <summary>Makes malformed input out of well-formed input: seeded, so that what it found can be found again.</summary>
internal sealed class Mutator(int seed, byte[][] seeds)
{
    private static readonly byte[] Interesting = [0, 1, 2, 3, 4, 5, 0x7F, 0x80, 0x81, 0xFE, 0xFF];

    private readonly Random _random = new(seed);

    internal Random Random => _random;

    internal byte[] Next()
    {
        if (_random.Next(32) == 0)
        {
            var rubbish = new byte[_random.Next(0, 400)];
            _random.NextBytes(rubbish);
            return rubbish;
        }

        var bytes = new List<byte>(seeds[_random.Next(seeds.Length)]);
        for (var changes = _random.Next(1, 5); changes > 0; changes--)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        // Half of the changes near the end, where a wrong byte meets code that the first bytes have led to.
        var from = bytes.Count == 0 || _random.Next(2) == 0 ? 0 : Math.Max(0, bytes.Count - 40);
        var at = bytes.Count == 0 ? 0 : _random.Next(from, bytes.Count);
        switch (_random.Next(8))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2 when bytes.Count > 0:
                bytes[at] = Interesting[_random.Next(Interesting.Length)];
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.RemoveRange(at, Math.Min(_random.Next(1, 9), bytes.Count - at));
                break;
            case 5:
                bytes.InsertRange(at, Enumerable.Range(0, _random.Next(1, 17)).Select(_ => (byte)_random.Next(256)));
                break;
            case 6 when bytes.Count < 4096:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(1, 200), bytes.Count - at)));
                break;
            default:
                var other = seeds[_random.Next(seeds.Length)];
                bytes.AddRange(other.AsSpan(_random.Next(other.Length)));
                break;
        }
    }
}
