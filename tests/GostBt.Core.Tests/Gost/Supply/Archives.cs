using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>Archives as gost releases have them, and as they should not be.</summary>
internal static class Archives
{
    /// <summary>A program that answers as gost does; padded, so that a download takes more than one packet.</summary>
    public static byte[] Program(string version = "3.2.5", int padding = 200_000)
    {
        var noise = new byte[padding];
        new Random(7).NextBytes(noise);
        return Encoding.ASCII.GetBytes($"#!/bin/sh\necho 'gost v{version} (go1.24.0 linux/amd64)'\nexit\n{Convert.ToBase64String(noise)}\n");
    }

    /// <summary>LICENSE, two READMEs and the program, in goreleaser's order.</summary>
    public static byte[] TarGz(byte[] program) => TarGz(tar =>
    {
        foreach (var name in new[] { "LICENSE", "README.md", "README_en.md" })
        {
            Add(tar, TarEntryType.RegularFile, name, "text"u8.ToArray());
        }

        Add(tar, TarEntryType.RegularFile, "gost", program);
    });

    public static byte[] TarGz(Action<TarWriter> write, TarEntryFormat format = TarEntryFormat.Ustar)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip, format))
        {
            write(tar);
        }

        return memory.ToArray();
    }

    public static void Add(TarWriter tar, TarEntryType type, string name, byte[]? content = null, string? link = null)
    {
        TarEntry entry = tar.Format == TarEntryFormat.Gnu ? new GnuTarEntry(type, name) : new UstarTarEntry(type, name);
        if (content is not null)
        {
            entry.DataStream = new MemoryStream(content);
        }

        if (link is not null)
        {
            entry.LinkName = link;
        }

        tar.WriteEntry(entry);
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
