namespace GostBt.Profiles;

/// <summary>Whose a folder of Windows is, and whom its access list lets in. Users are SIDs as text.</summary>
/// <param name="Owner">Its owner, who can change the list.</param>
/// <param name="Allowed">Who is allowed what, for the folder or for what is made in it; null where there is no list: everybody is allowed everything.</param>
internal sealed record FolderAccess(string Owner, IReadOnlyList<FolderAccess.Entry>? Allowed)
{
    /// <summary>SYSTEM and the administrators, who can do as they like anyhow.</summary>
    public static readonly string[] Masters = ["S-1-5-18", "S-1-5-32-544"];

    // CREATOR OWNER and OWNER RIGHTS: who makes a file, and who owns it, and both need another's leave first.
    private static readonly string[] Makers = ["S-1-3-0", "S-1-3-4"];

    // FILE_GENERIC_READ, FILE_GENERIC_EXECUTE, GENERIC_READ and GENERIC_EXECUTE; whatever else there is changes something.
    private const uint Reading = 0x00120089 | 0x001200A0 | 0x80000000 | 0x20000000;

    /// <summary>Whether its owner is this user or a master.</summary>
    public bool IsOf(string user) => Owner == user || Masters.Contains(Owner);

    /// <summary>Whether others may read it, or more.</summary>
    public bool IsOpen(string user) => Allowed?.Any(entry => IsOfOthers(entry, user)) ?? true;

    /// <summary>Whether others may change it, or what is in it.</summary>
    public bool IsWritable(string user) => Allowed?.Any(entry => IsOfOthers(entry, user) && (entry.Rights & ~Reading) != 0) ?? true;

    private static bool IsOfOthers(Entry entry, string user) => entry.User != user && !Masters.Contains(entry.User) && !Makers.Contains(entry.User);

    /// <summary>One entry of the list.</summary>
    /// <param name="User">Who.</param>
    /// <param name="Rights">What, as an ACCESS_MASK.</param>
    internal sealed record Entry(string User, uint Rights);
}
