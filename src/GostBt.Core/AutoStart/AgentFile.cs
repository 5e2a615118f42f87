using System.Text;
using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.AutoStart;

/// <summary>A file that an agent of the system runs, to be copied to where only root or an administrator may write.</summary>
/// <param name="Source">Where it is now.</param>
/// <param name="Name">Its path in the folder of the copy.</param>
/// <param name="Hash">The SHA-256 that the copy must have, lower-case hex.</param>
internal sealed record AgentFile(string Source, string Name, string Hash)
{
    /// <summary>A file as it is now.</summary>
    /// <exception cref="GostBtException">It cannot be read.</exception>
    public static AgentFile Of(string source, string name)
    {
        try
        {
            return new AgentFile(source, name, FileHash.Of(source));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GostBtException(GostBtFailure.EngineFailed, $"{source} cannot be read: {e.Message}", "Reinstall it.", e);
        }
    }

    /// <summary>What tells a set of files from another; of one it is its own hash.</summary>
    public static string HashOf(IReadOnlyList<AgentFile> files) =>
        files.Count == 1 ? files[0].Hash : FileHash.Of(Encoding.ASCII.GetBytes(string.Join(" ", files.Select(file => file.Hash))));
}
