using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Security.Principal;

namespace GostBt.Processes;

/// <summary>Named pipes between processes of one user: both ends make sure that the other is of the same one.</summary>
internal static class OwnPipe
{
    // PipeOptions.CurrentUserOnly, which netstandard2.0 does not name.
    private const PipeOptions CurrentUserOnly = (PipeOptions)0x20000000;

    private static readonly bool OnFramework = RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);

    /// <summary>For the end that waits. .NET Framework does not know the option that keeps others out.</summary>
    public static PipeOptions Options => PipeOptions.Asynchronous | (OnFramework ? PipeOptions.None : CurrentUserOnly);

    /// <summary>The end that calls. Whoever waits there may see who calls, and not act in his name (SECURITY_IDENTIFICATION).</summary>
    public static NamedPipeClientStream Client(string name) => new(".", name, PipeDirection.InOut, Options, TokenImpersonationLevel.Identification);

    /// <summary>Connects.</summary>
    /// <exception cref="UnauthorizedAccessException">The pipe is another user's.</exception>
    /// <exception cref="TimeoutException">There is no such pipe, or it is busy.</exception>
    public static async Task ConnectAsync(NamedPipeClientStream client, int milliseconds, CancellationToken cancellationToken)
    {
        await client.ConnectAsync(milliseconds, cancellationToken).ConfigureAwait(false);
        if (OnFramework)
        {
            WindowsPipeOwner.RequireThisUser(client.SafePipeHandle);
        }
    }
}
