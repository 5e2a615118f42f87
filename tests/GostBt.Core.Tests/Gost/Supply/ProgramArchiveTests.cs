using System.Formats.Tar;
using System.IO.Compression;
using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.Core.Tests.Gost.Supply;

public sealed class ProgramArchiveTests : IDisposable
{
    private static readonly byte[] Content = [1, 2, 3, 4];

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_program_comes_out_of_a_release_s_tar() => Assert.Equal(Content, await ExtractAsync(Archives.TarGz(Content)));

    [Fact]
    public async Task The_program_comes_out_of_a_release_s_zip() =>
        Assert.Equal(Content, await ExtractAsync(Archives.Zip(("LICENSE", [1]), ("gost.exe", Content)), "gost.exe"));

    [Fact]
    public async Task A_tar_packed_again_by_hand_will_do() => Assert.Equal(Content, await ExtractAsync(Archives.TarGz(
        tar =>
        {
            Archives.Add(tar, TarEntryType.Directory, "./");
            Archives.Add(tar, TarEntryType.RegularFile, "./gost", Content);
        },
        TarEntryFormat.Gnu)));

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public async Task What_is_no_plain_file_is_refused(TarEntryType type)
    {
        await RefusedAsync(Archives.TarGz(tar => Archives.Add(tar, type, "gost", link: type is TarEntryType.SymbolicLink or TarEntryType.HardLink ? "/etc/passwd" : null)));
        await RefusedAsync(Archives.TarGz(tar =>
        {
            Archives.Add(tar, TarEntryType.RegularFile, "gost", Content);
            Archives.Add(tar, type, "other", link: type is TarEntryType.SymbolicLink or TarEntryType.HardLink ? "/etc/passwd" : null);
        }));
    }

    [Theory]
    [InlineData("../gost")]
    [InlineData("/usr/bin/gost")]
    [InlineData("a/../../gost")]
    [InlineData("..\\gost")]
    [InlineData("C:gost")]
    public async Task A_name_that_leads_elsewhere_is_refused(string name)
    {
        await RefusedAsync(Archives.TarGz(tar =>
        {
            Archives.Add(tar, TarEntryType.RegularFile, "gost", Content);
            Archives.Add(tar, TarEntryType.RegularFile, name, Content);
        }));
        await RefusedAsync(Archives.Zip(("gost.exe", Content), (name, Content)), "gost.exe");
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_folder)!, "gost"));
    }

    [Fact]
    public async Task A_name_hidden_in_an_extended_header_is_refused() => await RefusedAsync(Archives.TarGz(
        tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "other", [new("path", "gost")]) { DataStream = new MemoryStream(Content) });
            Archives.Add(tar, TarEntryType.RegularFile, "gost", Content);
        },
        TarEntryFormat.Pax));

    [Fact]
    public async Task Two_programs_are_refused() => await RefusedAsync(Archives.TarGz(tar =>
    {
        Archives.Add(tar, TarEntryType.RegularFile, "gost", Content);
        Archives.Add(tar, TarEntryType.RegularFile, "./gost", Content);
    }));

    [Fact]
    public async Task An_archive_without_the_program_is_refused()
    {
        await RefusedAsync(Archives.TarGz(tar => Archives.Add(tar, TarEntryType.RegularFile, "LICENSE", Content)));
        await RefusedAsync(Archives.Zip(("gost", Content)), "gost.exe");
    }

    [Fact]
    public async Task A_program_of_a_huge_size_is_refused_before_it_is_unpacked()
    {
        // The header says 8 GiB less one; 1 KiB follows.
        var header = new byte[1024];
        "gost"u8.CopyTo(header);
        "77777777777\0"u8.CopyTo(header.AsSpan(124));
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "        "u8.CopyTo(header.AsSpan(148));
        var sum = header.AsSpan(0, 512).ToArray().Sum(value => value);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(header);
        }

        await RefusedAsync(memory.ToArray());
    }

    [Fact]
    public async Task A_zip_bomb_is_refused()
    {
        // 130 MB of zeros in 130 kB.
        var bomb = Archives.Zip(("gost.exe", new byte[130 << 20]));

        await RefusedAsync(bomb, "gost.exe");
    }

    [Fact]
    public async Task Every_truncation_is_refused()
    {
        var whole = Archives.TarGz(Archives.Program(padding: 2000));
        for (var length = 2; length < whole.Length - 8; length += 97)
        {
            await RefusedAsync(whole[..length]);
        }

        var zip = Archives.Zip(("gost.exe", Archives.Program(padding: 2000)));
        for (var length = 2; length < zip.Length; length += 97)
        {
            await RefusedAsync(zip[..length], "gost.exe");
        }
    }

    [Fact]
    public async Task Mutated_archives_never_end_in_anything_but_a_refusal_or_the_program()
    {
        var random = new Random(11);
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(Archives.TarGz(Content)), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(plain);
        }

        for (var round = 0; round < 2000; round++)
        {
            var bytes = plain.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var target = new MemoryStream();
            try
            {
                await new ProgramTar(new MemoryStream(bytes)).ExtractAsync("gost", target, CancellationToken.None);
                Assert.Equal(Content.Length, target.Length);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    private async Task<byte[]> ExtractAsync(byte[] archive, string program = "gost")
    {
        var file = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(file, archive);
        await ProgramArchive.ExtractAsync(file, program, file + ".out", CancellationToken.None);
        return await File.ReadAllBytesAsync(file + ".out");
    }

    private async Task RefusedAsync(byte[] archive, string program = "gost")
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => ExtractAsync(archive, program));
        Assert.Equal(GostBtFailure.DownloadFailed, error.Failure);
    }
}
