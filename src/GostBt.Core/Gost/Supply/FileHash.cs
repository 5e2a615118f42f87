using System.Security.Cryptography;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>SHA-256 of a file or what is to become one, lower-case hex.</summary>
internal static class FileHash
{
    private const int BufferSize = 256 * 1024;
    private const int HexLength = 64;

    public static string Of(string path)
    {
        using var file = File.OpenRead(path);
        return Of(file);
    }

    public static string Of(Stream content)
    {
        using var sha = SHA256.Create();
        return Text(sha.ComputeHash(content));
    }

    public static string Of(byte[] content)
    {
        using var sha = SHA256.Create();
        return Text(sha.ComputeHash(content));
    }

    public static async Task<string> OfAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        using var sha = SHA256.Create();
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await file.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0)
        {
            sha.TransformBlock(buffer, 0, count, null, 0);
        }

        sha.TransformFinalBlock(buffer, 0, 0);
        return Text(sha.Hash!);
    }

    /// <summary>A hash the user gave; null where none.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static string? Require(string? text) => string.IsNullOrEmpty(text) ? null
        : text!.Length == HexLength && text.All(Uri.IsHexDigit)
            ? text.ToLowerInvariant()
            : throw new GostBtException(GostBtFailure.InvalidInput, $"'{text}' is not a SHA-256.", $"Give {HexLength} hexadecimal digits, as checksums.txt and sha256sum show them.");

    private static string Text(byte[] hash) => BitConverter.ToString(hash).Replace("-", string.Empty).ToLowerInvariant();
}
