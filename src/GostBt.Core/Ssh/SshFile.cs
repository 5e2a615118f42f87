namespace GostBt.Ssh;

/// <summary>A file to upload.</summary>
/// <param name="Name">Its name in <c>$GOSTBT_FILES</c>: letters, digits, <c>. _ -</c>.</param>
/// <param name="Open">Opens its content.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SshFile(string Name, Func<Stream> Open, long Length);
