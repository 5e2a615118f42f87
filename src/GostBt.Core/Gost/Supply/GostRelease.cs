using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>The layout of gost's releases on GitHub (go-gost/gost, <c>.goreleaser.yaml</c>): one archive a platform and <c>checksums.txt</c>.</summary>
/// <param name="Version">Which release.</param>
public sealed record GostRelease(GostVersion Version)
{
    /// <summary>SHA-256 of every asset.</summary>
    public const string Checksums = "checksums.txt";

    private const string Home = "https://github.com/go-gost/gost/releases";

    /// <summary>Where a person finds it.</summary>
    public string Page => $"{Home}/tag/v{Version}";

    /// <summary>The archive of a platform: zip for Windows, tar.gz for all others.</summary>
    public string Archive(GostPlatform platform) => $"gost_{Version}_{platform.System}_{platform.Processor}{(platform.System == "windows" ? ".zip" : ".tar.gz")}";

    /// <summary>The address of an asset.</summary>
    /// <param name="asset">Its name.</param>
    /// <param name="mirror">A prefix that the whole address is put after, as GitHub mirrors take it: <c>https://ghproxy.example/</c>; null for GitHub itself.</param>
    public Uri Address(string asset, Uri? mirror) => new((mirror is null ? string.Empty : mirror.AbsoluteUri.TrimEnd('/') + "/") + $"{Home}/download/v{Version}/{asset}");

    /// <summary>A mirror from what the user wrote.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static Uri? Mirror(string? text) => string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 && !text!.Any(char.IsWhiteSpace)
            ? uri
            : throw new GostBtException(GostBtFailure.InvalidInput, $"'{text}' is not the address of a mirror.", "Give the prefix that comes before 'https://github.com/…', such as https://ghproxy.example/.");
}
