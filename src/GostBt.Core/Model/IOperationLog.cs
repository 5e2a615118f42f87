namespace GostBt.Model;

/// <summary>Where a use case tells how it gets on; the cmdlets write it to their streams, <c>gostbt</c> to its standard error.</summary>
public interface IOperationLog
{
    /// <summary>A detail for those who asked for them. Never holds a secret.</summary>
    void Verbose(string message);

    /// <summary>Something the user should know although the operation goes on.</summary>
    void Warning(string message);

    /// <summary>The step that begins now.</summary>
    /// <param name="activity">The operation, such as "Deploying vps.example.net".</param>
    /// <param name="status">The step, such as "Uploading the engine".</param>
    /// <param name="percent">0 to 100, or -1 where unknown.</param>
    void Progress(string activity, string status, int percent = -1);
}
