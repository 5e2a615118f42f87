namespace GostBt.Yaml;

/// <summary>A YAML text that is not what it should be; the message names source and line.</summary>
public sealed class YamlFormatException : Exception
{
    /// <param name="source">The file, as the user named it.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="innerException">What the parser said, if it was the parser.</param>
    public YamlFormatException(string source, long line, string problem, Exception? innerException = null)
        : base($"{source}, line {line}: {problem}", innerException)
    {
        Line = line;
    }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }
}
