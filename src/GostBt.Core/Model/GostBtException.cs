namespace GostBt.Model;

/// <summary>An error meant for people: what went wrong, why (for scripts), and what to do about it.</summary>
public sealed class GostBtException : Exception
{
    /// <param name="failure">The reason scripts match on.</param>
    /// <param name="message">What went wrong, in one or two sentences, without any secret.</param>
    /// <param name="remedy">What the user can do about it.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public GostBtException(GostBtFailure failure, string message, string remedy, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        Remedy = remedy;
    }

    /// <summary>The reason scripts match on.</summary>
    public GostBtFailure Failure { get; }

    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; }
}
