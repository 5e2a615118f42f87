namespace GostBt.Ssh;

/// <summary>Opens sessions; the seam between the use cases and OpenSSH or SSH.NET.</summary>
public interface ISshConnector
{
    /// <summary>Prepares a session and settles the host key. Throws <see cref="Model.GostBtException"/> when the host key is unknown and not accepted, or changed.</summary>
    /// <param name="options">Host, login and host-key policy.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken);
}
