using System.Net;
using System.Net.Http.Headers;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Gost.Supply;

/// <summary>
/// Fetches a file over HTTP, through the system's proxy. What a broken connection left is continued, by the same call and by a later one
/// (RFC 9110: Range with If-Range, so that another file of the same name starts anew). It says nothing of whether the bytes are the right ones.
/// </summary>
internal sealed class HttpDownload : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int MaxCuts = 8;
    private const int StatusTooManyRequests = 429;

    private readonly HttpClient _client;

    public HttpDownload()
        : this(SystemHandler())
    {
    }

    internal HttpDownload(HttpMessageHandler handler)
    {
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("GostBt/" + typeof(HttpDownload).Assembly.GetName().Version?.ToString(3));
    }

    /// <summary>The longest silence, before an answer and within one.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before a broken download is continued.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A short text.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.DownloadFailed"/>, with the way out.</exception>
    public async Task<string> TextAsync(Uri address, int maxLength, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await TryAsync(address, () => OnceAsync(address, memory, new ResumePoint(), maxLength, _ => { }, cancellationToken)).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>Fetches into a file that may hold the beginning from an earlier call; the note beside it (<c>.resume</c>) says of what.</summary>
    /// <param name="address">Where from.</param>
    /// <param name="path">The file; complete when this returns.</param>
    /// <param name="maxLength">More bytes than this are refused.</param>
    /// <param name="report">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it; what is here stays for the next call.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.DownloadFailed"/>, with the way out.</exception>
    public Task FileAsync(Uri address, string path, long maxLength, Action<DownloadProgress> report, CancellationToken cancellationToken) => TryAsync(address, async () =>
    {
        var point = ResumePoint.Load(path + ".resume", address);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (!point.CanResume)
        {
            file.SetLength(0);
        }

        file.Seek(0, SeekOrigin.End);
        for (var cuts = 0; ; cuts++)
        {
            var before = file.Length;
            try
            {
                await OnceAsync(address, file, point, maxLength, report, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
                return;
            }
            catch (CutException) when (file.Length > before && cuts < MaxCuts)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    });

    public void Dispose() => _client.Dispose();

    private static HttpClientHandler SystemHandler() => new()
    {
        MaxAutomaticRedirections = 5,
        DefaultProxyCredentials = CredentialCache.DefaultCredentials,
        SslProtocols = TlsVersions.Offered,
    };

    private static async Task TryAsync(Uri address, Func<Task> download)
    {
        try
        {
            await download().ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw DownloadErrors.Unreachable(address, e.InnerException ?? e);
        }
        catch (CutException e)
        {
            throw DownloadErrors.Cut(address, e);
        }
        catch (IOException e)
        {
            throw DownloadErrors.NotWritten(e);
        }
    }

    // One request: the whole, or what is missing.
    private async Task OnceAsync(Uri address, Stream target, ResumePoint point, long maxLength, Action<DownloadProgress> report, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            silence.CancelAfter(Patience);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var have = target.Length;
            if (have > 0)
            {
                request.Headers.Range = new RangeHeaderValue(have, null);
                request.Headers.TryAddWithoutValidation("If-Range", point.Validator);
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // Complete already, or longer than the file is now: the checksum tells.
                if (response.Content.Headers.ContentRange?.Length == have)
                {
                    return;
                }

                Restart(target);
                throw new CutException("The server's file is another one by now.", null);
            }

            Require(address, response);
            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != have)
            {
                Restart(target);
            }

            point.Save(response);
            await CopyAsync(address, response, target, maxLength, report, silence, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CutException(FormattableString.Invariant($"Nothing came for {Patience.TotalSeconds:0} s."), e);
        }
    }

    private async Task CopyAsync(
        Uri address, HttpResponseMessage response, Stream target, long maxLength, Action<DownloadProgress> report, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var expected = response.Content.Headers.ContentLength is { } rest ? target.Length + rest : (long?)null;
        if (expected > maxLength)
        {
            throw DownloadErrors.TooLong(address, maxLength);
        }

        var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        while (true)
        {
            silence.CancelAfter(Patience);
            int count;
            try
            {
                // .NET Framework's network streams take no token: the answer is closed instead.
                count = await Cancellable.RunAsync(response, () => stream.ReadAsync(buffer, 0, buffer.Length, silence.Token), silence.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw new CutException(e.Message, e);
            }

            if (count == 0)
            {
                break;
            }

            if (target.Length + count > maxLength)
            {
                throw DownloadErrors.TooLong(address, maxLength);
            }

            await target.WriteAsync(buffer, 0, count, cancellationToken).ConfigureAwait(false);
            report(new DownloadProgress(target.Length, expected));
        }

        if (expected is { } length && target.Length != length)
        {
            throw new CutException("The connection ended early.", null);
        }
    }

    private static void Restart(Stream target) => target.SetLength(0);

    private static void Require(Uri address, HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var status = (int)response.StatusCode;
        var limited = status == StatusTooManyRequests
            || (status == (int)HttpStatusCode.Forbidden && (response.Headers.RetryAfter is not null || response.Headers.Contains("x-ratelimit-remaining")));
        throw limited ? DownloadErrors.Limited(address, response.Headers.RetryAfter)
            : status == (int)HttpStatusCode.NotFound ? DownloadErrors.NotFound(address)
            : DownloadErrors.Refused(address, status);
    }

    /// <summary>The transfer broke; what came is kept.</summary>
    private sealed class CutException(string message, Exception? inner) : Exception(message, inner);
}
