using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Udp;

/// <summary>Cuts a relay's byte stream into addressed frames.</summary>
internal sealed class AddressedFrameReader(Stream stream) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(AddressedFrame.MaximumLength);
    private int _start;
    private int _end;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>The next frame and the length of its data, which may be 0; an empty frame at the end of the stream. It lasts until the next call.</summary>
    /// <exception cref="InvalidDataException">An address of an unknown type: the stream cannot be followed any further.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<(Memory<byte> Frame, int DataLength)> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var frame, out var dataLength))
            {
                return (frame, dataLength);
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return (Memory<byte>.Empty, 0);
            }

            _end += read;
        }
    }

    private bool TryTake(out Memory<byte> frame, out int dataLength)
    {
        frame = default;
        dataLength = 0;
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length <= AddressedFrame.PrefixLength)
        {
            return false;
        }

        var address = SocksAddress.Length(available[AddressedFrame.PrefixLength..]);
        if (address < 0)
        {
            throw new InvalidDataException("a UDP frame with an unknown type of address");
        }

        dataLength = BinaryPrimitives.ReadUInt16BigEndian(available);
        var length = AddressedFrame.PrefixLength + address + dataLength;
        if (address == 0 || available.Length < length)
        {
            return false;
        }

        frame = _buffer.AsMemory(_start, length);
        _start += length;
        return true;
    }
}
