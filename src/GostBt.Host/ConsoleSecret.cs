using System.Security;
using GostBt.Ssh;

namespace GostBt.Host;

/// <summary>A secret from the first line of standard input: not in an argument, where every user of the machine could read it.</summary>
internal static class ConsoleSecret
{
    /// <exception cref="Model.GostBtException">The line is empty or too long to be one.</exception>
    public static SshPassword Read()
    {
        using var line = new SecureString();
        for (var next = Console.In.Read(); next is not (-1 or '\r' or '\n') && line.Length <= SshPassword.MaxLength; next = Console.In.Read())
        {
            line.AppendChar((char)next);
        }

        return SshPassword.From(line);
    }
}
