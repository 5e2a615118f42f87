using System.Text;
using GostBt.Gost.Supply;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>A file as it is to be on the server. Its text form never shows the content.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Mode">Octal, such as <c>640</c>.</param>
/// <param name="Group">Its group; the owner is root.</param>
/// <param name="Hash">SHA-256 of the content, lower-case hex.</param>
/// <param name="Length">Bytes.</param>
public sealed record PlannedFile(string Path, string Mode, string Group, string Hash, long Length)
{
    private Func<Stream> Open { get; init; } = () => Stream.Null;

    /// <summary>What the server is to fetch instead of an upload; null for an upload.</summary>
    public PlannedFetch? Fetch { get; init; }

    /// <summary>A file of text.</summary>
    public static PlannedFile OfText(string path, string mode, string group, string text) => OfBytes(path, mode, group, Encoding.UTF8.GetBytes(text));

    /// <summary>A copy of a file here.</summary>
    public static PlannedFile OfFile(string path, string mode, string group, string source)
    {
        using var stream = File.OpenRead(source);
        return new PlannedFile(path, mode, group, FileHash.Of(stream), stream.Length) { Open = () => File.OpenRead(source) };
    }

    /// <summary>A program in memory.</summary>
    internal static PlannedFile OfBytes(string path, string mode, string group, byte[] bytes) =>
        new(path, mode, group, FileHash.Of(bytes), bytes.Length) { Open = () => new MemoryStream(bytes, writable: false) };

    /// <summary>A file that is to be there, whose bytes are known by their hash alone; an empty one matches nothing.</summary>
    internal static PlannedFile Known(string path, string mode, string group, string hash) => new(path, mode, group, hash, 0);

    /// <summary>A program that the server fetches itself.</summary>
    internal static PlannedFile Fetched(string path, string mode, string group, PlannedFetch fetch) => new(path, mode, group, fetch.ProgramHash ?? string.Empty, 0) { Fetch = fetch };

    /// <summary>gostbt, a file here, at the path that its content gives it.</summary>
    public static PlannedFile OfProgram(string source)
    {
        var file = OfFile(string.Empty, "755", "root", source);
        return file with { Path = ServerPaths.Program(file.Hash) };
    }

    /// <summary>Whether the server has exactly this.</summary>
    public bool IsPlaced(PlacedFile? placed) => placed is not null && placed.Hash == Hash && placed.Mode == Mode && placed.Owner == "root:" + Group;

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal SshFile ToUpload(string name) => new(name, Open, Length);
}
