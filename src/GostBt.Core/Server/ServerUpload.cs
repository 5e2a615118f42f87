using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>Sends a plan's files to its server and has it apply them.</summary>
/// <param name="engines">Where a gost comes from that the server cannot fetch itself.</param>
/// <param name="log">Told how it gets on.</param>
internal sealed class ServerUpload(ServerEngineSource engines, IOperationLog log)
{
    /// <summary>Uploads and applies; the plan comes back with what the server fetched itself, or null when the server is no longer what was planned for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="session">A session to the server.</param>
    /// <param name="activity">What progress is told under.</param>
    /// <param name="cancellationToken">Breaks it off; the server goes back by itself.</param>
    /// <exception cref="GostBtException">A step failed; the server was left, or set back to, as it was.</exception>
    public async Task<(ServerPlan Plan, ProfileSecrets Secrets)?> RunAsync(ServerPlan plan, ISshSession session, string activity, CancellationToken cancellationToken)
    {
        var files = ServerScripts.Files(plan);
        var total = Math.Max(1, files.Sum(file => file.Length));
        var progress = new UploadProgress(sent => log.Progress(activity, "Uploading and applying", (int)(10 + (75 * sent / total))));
        var result = await session.RunScriptWithFilesAsync(files, ServerScripts.Apply(plan), ServerScripts.Slow, progress, cancellationToken).ConfigureAwait(false);
        var answer = new ServerAnswer(result, plan.Ssh.Target);
        if (answer.Values("refused") is { Count: > 0 } refused)
        {
            throw new GostBtException(GostBtFailure.ChecksumMismatch, refused[0], "Do not use this mirror. The server was left as it was.");
        }

        if (answer.IsOutdated)
        {
            return null;
        }

        answer.RequireSuccess(GostBtFailure.RemoteCommandFailed, "The deployment failed at", "The server was set back to what it was.");
        if (answer.Values("unfetched") is { Count: > 0 } reasons && plan.Upload.FirstOrDefault(file => file.Fetch is not null) is { } wanted)
        {
            log.Verbose($"{plan.Ssh.Target} cannot fetch {wanted.Fetch!.Address}: {reasons[0]}. It is sent from here.");
            var sent = await engines.FetchHereAsync(plan.Profile, wanted, plan.Facts, cancellationToken).ConfigureAwait(false);
            return await RunAsync(plan.With(wanted, sent), session, activity, cancellationToken).ConfigureAwait(false);
        }

        plan = plan with { Transaction = string.Concat(answer.Values("transaction")) };
        var secrets = plan.Secrets with { CertificatePem = string.Concat(answer.Values("certificate").Select(line => line + "\n")) };
        return (answer.Values("fetched") is { Count: > 0 } hashes ? plan.WithGostHash(hashes[0]) : plan, secrets);
    }

    // Progress<T> would post to a thread pool and arrive out of order.
    private sealed class UploadProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
