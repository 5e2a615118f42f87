using System.Net.Http.Headers;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>What can go wrong with a download, and the way out of each.</summary>
internal static class DownloadErrors
{
    private const string OtherWays = "give a mirror (-Mirror), or a file fetched some other way (-Path); the bundled engine needs no download";
    private const int DiskFull = 28;
    private const int WindowsDiskFull = 0x70;

    public static GostBtException Unreachable(Uri address, Exception e) => new(
        GostBtFailure.DownloadFailed, $"{address.Host} cannot be reached: {e.Message}", $"Check this computer's network and proxy, or {OtherWays}.", e);

    public static GostBtException Cut(Uri address, Exception e) => new(
        GostBtFailure.DownloadFailed, $"The download from {address.Host} broke off: {e.Message}", $"Run it again: it goes on where it stopped. Or {OtherWays}.", e);

    public static GostBtException NotFound(Uri address) => new(
        GostBtFailure.DownloadFailed, $"{address.Host} has no {address.AbsoluteUri} (404).", "Check the version, and the mirror if you gave one.");

    public static GostBtException Limited(Uri address, RetryConditionHeaderValue? retry) => new(
        GostBtFailure.DownloadFailed,
        $"{address.Host} limits how often it may be asked{(retry?.Delta is { } delta ? FormattableString.Invariant($", for {delta.TotalSeconds:0} s more") : string.Empty)}.",
        $"Wait, or {OtherWays}.");

    public static GostBtException Refused(Uri address, int status) => new(
        GostBtFailure.DownloadFailed, FormattableString.Invariant($"{address.Host} answered {status} to {address.AbsoluteUri}."), $"Try again later, or {OtherWays}.");

    public static GostBtException TooLong(Uri address, long maxLength) => new(
        GostBtFailure.DownloadFailed,
        FormattableString.Invariant($"What {address.Host} sends is longer than {maxLength >> 20} MB, so it is not what was asked for."),
        "Check the mirror, and what stands between this computer and GitHub.");

    public static GostBtException NotWritten(IOException e) => (e.HResult & 0xFFFF) is DiskFull or WindowsDiskFull
        ? new GostBtException(GostBtFailure.DownloadFailed, "This computer's disk is full.", "Free some space and run it again: it goes on where it stopped.", e)
        : new GostBtException(GostBtFailure.DownloadFailed, "The file cannot be written: " + e.Message, "Check the folder it names; another GostBt may be at it.", e);
}
