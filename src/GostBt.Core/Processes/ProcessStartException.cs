namespace GostBt.Processes;

/// <summary>A program could not be started: it is missing, or may not be run.</summary>
public sealed class ProcessStartException : Exception
{
    /// <param name="fileName">The program.</param>
    /// <param name="innerException">What the system said.</param>
    public ProcessStartException(string fileName, Exception? innerException)
        : base($"{fileName} cannot be started: {innerException?.Message ?? "no process was created."}", innerException)
    {
        FileName = fileName;
    }

    /// <summary>The program.</summary>
    public string FileName { get; }
}
