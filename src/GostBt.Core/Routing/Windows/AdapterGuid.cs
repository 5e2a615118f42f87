using System.Security.Cryptography;
using System.Text;

namespace GostBt.Routing.Windows;

/// <summary>
/// The identity of a tunnel's adapter. Windows remembers what it learns of a network (public or private, its number) by this: made anew at each start, every start would be
/// another network, "Network 2", "Network 3" ….
/// </summary>
internal static class AdapterGuid
{
    /// <summary>Always the same for a name; a UUID of version 8 (RFC 9562).</summary>
    public static Guid Of(string adapter)
    {
        using var hash = SHA256.Create();
        var bytes = hash.ComputeHash(Encoding.UTF8.GetBytes("GostBt adapter " + adapter)).Take(16).ToArray();
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
