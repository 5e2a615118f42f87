using System.Text;

namespace GostBt.Processes;

/// <summary>How GostBt reads and writes the text of child processes.</summary>
internal static class ProcessText
{
    /// <summary>UTF-8 without a byte order mark; bad bytes become U+FFFD.</summary>
    public static readonly Encoding Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);
}
