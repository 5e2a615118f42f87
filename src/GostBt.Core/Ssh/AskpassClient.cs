using System.Text;
using GostBt.Processes;

namespace GostBt.Ssh;

/// <summary><c>gostbt</c> as ssh's SSH_ASKPASS: asks the GostBt that started ssh, and prints the answer for ssh to read (ssh(1), SSH_ASKPASS).</summary>
public static class AskpassClient
{
    /// <summary>The environment variable with the name of the pipe to ask at; whoever has it is asked to be an askpass.</summary>
    public const string Variable = "GOSTBT_ASKPASS";

    /// <summary>The longest message, bytes.</summary>
    internal const int Longest = 4096;

    private const int ConnectMilliseconds = 5000;

    /// <param name="pipe">The value of <see cref="Variable"/>.</param>
    /// <param name="prompt">What ssh asks.</param>
    /// <param name="output">Where the answer goes, as one line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code: 0 with an answer, 1 without.</returns>
    public static async Task<int> AnswerAsync(string pipe, string prompt, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            using var client = OwnPipe.Client(pipe);
            await OwnPipe.ConnectAsync(client, ConnectMilliseconds, cancellationToken).ConfigureAwait(false);
            await WriteAsync(client, Encoding.UTF8.GetBytes(prompt), cancellationToken).ConfigureAwait(false);
            if (await ReadAsync(client, cancellationToken).ConfigureAwait(false) is not { } answer)
            {
                return 1;
            }

            await output.WriteAsync(answer, 0, answer.Length, cancellationToken).ConfigureAwait(false);
            await output.WriteAsync([(byte)'\n'], 0, 1, cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            Array.Clear(answer, 0, answer.Length);
            return 0;
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException or InvalidDataException)
        {
            // Nobody there any more, or not the one it should be: no answer. ssh goes on as if nothing was typed.
            return 1;
        }
    }

    /// <summary>Writes a message: its length in four bytes, then itself; null is "no".</summary>
    internal static async Task WriteAsync(Stream stream, byte[]? message, CancellationToken cancellationToken)
    {
        var framed = new byte[4 + (message?.Length ?? 0)];
        BitConverter.GetBytes(message?.Length ?? -1).CopyTo(framed, 0);
        message?.CopyTo(framed, 4);
        await stream.WriteAsync(framed, 0, framed.Length, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        Array.Clear(framed, 0, framed.Length);
    }

    /// <summary>Reads a message; null is "no", or the end.</summary>
    /// <exception cref="InvalidDataException">A length that no message has.</exception>
    internal static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        if (!await FillAsync(stream, head, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var length = BitConverter.ToInt32(head, 0);
        if (length is < -1 or > Longest)
        {
            throw new InvalidDataException("A message of that length is nobody's of ours.");
        }

        var message = new byte[Math.Max(0, length)];
        return length >= 0 && await FillAsync(stream, message, cancellationToken).ConfigureAwait(false) ? message : null;
    }

    private static async Task<bool> FillAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var count = await stream.ReadAsync(buffer, filled, buffer.Length - filled, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            filled += count;
        }

        return true;
    }
}
