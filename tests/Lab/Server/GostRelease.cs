using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace GostBt.Lab.Tests.Server;

/// <summary>The gost on PATH, packed as its releases are.</summary>
internal static class GostRelease
{
    public const string Missing = "gost is not on PATH";

    private static readonly Lazy<byte[]> Packed = new(Pack);

    /// <summary>The program; null where there is none.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "gost")).FirstOrDefault(File.Exists);

    public static string Name => "gost_3.2.6_linux_amd64.tar.gz";

    public static byte[] Archive => Packed.Value;

    public static string Hash => Convert.ToHexStringLower(SHA256.HashData(Archive));

    private static byte[] Pack()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var name in new[] { "LICENSE", "README.md", "README_en.md" })
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("text"u8.ToArray()) });
            }

            using var program = File.OpenRead(Program!);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "gost") { DataStream = program });
        }

        return memory.ToArray();
    }
}
