using GostBt.Ssh;

namespace GostBt.Host;

/// <summary>Questions to whoever sits at the console; where nobody does, the answer is no.</summary>
internal static class ConsoleQuestion
{
    public static async Task<bool> AskAboutHostKey(HostKeyQuestion question, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            return false;
        }

        await Console.Error.WriteLineAsync($"{question.Host} is seen for the first time. Its {question.KeyType} key is {question.Fingerprint}.").ConfigureAwait(false);
        await Console.Error.WriteAsync("Trust it? [y/N] ").ConfigureAwait(false);
        var answer = await Task.Run(Console.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
