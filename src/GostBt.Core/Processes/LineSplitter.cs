namespace GostBt.Processes;

/// <summary>Turns pieces of an output into lines; a count of zero is the end.</summary>
internal sealed class LineSplitter(Action<string> onLine)
{
    // A line longer than this is handed over in parts, so that a program that never ends one cannot fill the memory.
    private const int MaxLine = 64 * 1024;

    private readonly List<byte> _line = [];

    public void Append(byte[] bytes, int count)
    {
        if (count == 0 && _line.Count > 0)
        {
            Flush();
        }

        for (var i = 0; i < count; i++)
        {
            if (bytes[i] == (byte)'\n' || _line.Count >= MaxLine)
            {
                Flush();
            }

            if (bytes[i] != (byte)'\n')
            {
                _line.Add(bytes[i]);
            }
        }
    }

    private void Flush()
    {
        var text = ProcessText.Encoding.GetString([.. _line]);
        _line.Clear();
        onLine(text.TrimEnd('\r'));
    }
}
