using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>What a script that changes or checks a server answered: a word and a value a line.</summary>
internal sealed class ServerAnswer
{
    private const int BusyExitCode = 75;
    private const int OutdatedExitCode = 76;
    private const int JournalLines = 10;

    private readonly SshResult _result;
    private readonly ServerTarget _target;

    public ServerAnswer(SshResult result, ServerTarget target)
    {
        _result = RootScript.RequireRoot(result, target);
        _target = target;
    }

    /// <summary>Whether the server is no longer what was planned for; nothing was changed.</summary>
    public bool IsOutdated => _result.ExitCode == OutdatedExitCode;

    public IReadOnlyList<string> Values(string word) =>
    [
        .. _result.Output.Split('\n').Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => line.Substring(word.Length + 1).TrimEnd('\r')),
    ];

    /// <summary>Throws unless the script succeeded; the message names the step and what the server's journal said last.</summary>
    /// <param name="failure">The reason to give.</param>
    /// <param name="what">What did not succeed, as the message begins.</param>
    /// <param name="outcome">What that means for the server.</param>
    public void RequireSuccess(GostBtFailure failure, string what, string outcome)
    {
        if (_result.ExitCode == 0)
        {
            return;
        }

        var failed = Values("failed");
        if (_result.ExitCode == BusyExitCode)
        {
            throw new GostBtException(GostBtFailure.Busy, $"Another run of GostBt is under way on {_target}.", "Wait until it has ended and try again.");
        }

        var details = Values("journal").Concat(_result.Error.Split(['\n'], StringSplitOptions.RemoveEmptyEntries)).Reverse().Take(JournalLines).Reverse().ToList();
        throw new GostBtException(
            failure,
            $"{what} {(failed.Count == 0 ? FormattableString.Invariant($"the script ended with exit code {_result.ExitCode}") : string.Join("; ", failed))}. {outcome}"
                + string.Concat(details.Select(line => "\n  " + line)),
            "Read the lines above; on the server 'journalctl -u gostbt@*' (without systemd: /var/log/gostbt) says more.");
    }
}
