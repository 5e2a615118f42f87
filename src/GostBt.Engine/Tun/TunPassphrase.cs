using System.Text;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>
/// The passphrase of a tunnel: 16 bytes on the wire, padded with zeros. gost cuts a longer one off, after which it never
/// matches (go-gost/x/handler/tun/client.go); here it is an error before anything starts.
/// </summary>
internal static class TunPassphrase
{
    /// <summary>Bytes on the wire.</summary>
    internal const int Size = 16;

    /// <summary>The bytes of a configured passphrase, at most <see cref="Size"/>; empty when null or empty.</summary>
    /// <exception cref="GostBtException">Too long, or with a zero byte in it.</exception>
    internal static ReadOnlyMemory<byte> Read(GostService service, string? passphrase)
    {
        var bytes = Encoding.UTF8.GetBytes(passphrase ?? "");
        if (bytes.Length > Size)
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"Service {service.Name}: the passphrase has {bytes.Length} bytes, the tunnel's keepalive carries {Size}.",
                $"Choose one of at most {Size} bytes (ASCII characters count one each) at both ends.");
        }

        if (bytes.AsSpan().Contains((byte)0))
        {
            throw TunSettings.Invalid(service, "the passphrase has a zero character", "Choose one of printable characters.");
        }

        return bytes;
    }
}
