using System.CommandLine;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Host;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    /// <summary>Stands on the root and holds for every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Tell more on standard error.", Recursive = true };

    public static Argument<string> ProfileName() => new("NAME") { Description = "The profile's name." };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON." };

    public static Option<bool> AcceptHostKey() => new("--accept-host-key") { Description = "Accept the key of a host seen for the first time; never a changed one." };

    public static Option<string?> HostKeyFingerprint() => new("--host-key-fingerprint") { Description = "The only key to accept, as ssh prints it.", HelpName = "SHA256:…" };

    public static Option<bool> PasswordStdin() => new("--password-stdin") { Description = "Read the login's password, which sudo may ask for too, from the first line of standard input." };

    public static Option<int> Timeout() => new("--timeout") { Description = "How long the tunnel may take to come up, in seconds.", DefaultValueFactory = _ => 30, HelpName = "SECONDS" };

    /// <summary>A timeout's value.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static TimeSpan Seconds(this ParseResult result, Option<int> option) => result.GetValue(option) is var seconds and >= 1 and <= 3600
        ? TimeSpan.FromSeconds(seconds)
        : throw new GostBtException(GostBtFailure.InvalidInput, $"{option.Name} is out of range.", "Give 1 to 3600 seconds.");

    /// <summary>The use cases for a command line.</summary>
    public static HostServices Services(this ParseResult result) => new(GostBtPaths.ForCurrentUser(), new ConsoleOperationLog(result.GetValue(Verbose)));

    /// <summary>An argument as a profile's name.</summary>
    public static ProfileName Name(this ParseResult result, Argument<string> argument) => new(result.GetValue(argument)!);
}
