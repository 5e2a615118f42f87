using GostBt.Profiles;

namespace GostBt.Gost.Supply;

/// <summary>What a partly fetched file is the beginning of: the address, and the validator by which the server knows the same bytes again (ETag or date).</summary>
internal sealed class ResumePoint
{
    private readonly string? _path;
    private readonly Uri? _address;

    public ResumePoint()
    {
    }

    private ResumePoint(string path, Uri address, string? validator)
    {
        _path = path;
        _address = address;
        Validator = validator;
    }

    /// <summary>For If-Range; null where the server gave none, and the file can only be fetched whole.</summary>
    public string? Validator { get; private set; }

    /// <summary>Whether what is there can be continued.</summary>
    public bool CanResume => Validator is not null;

    /// <summary>The note at a path, if it is about this address.</summary>
    public static ResumePoint Load(string path, Uri address)
    {
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        return new ResumePoint(path, address, lines.Length == 2 && lines[0] == address.AbsoluteUri && lines[1].Length > 0 ? lines[1] : null);
    }

    /// <summary>Notes what an answer is.</summary>
    public void Save(HttpResponseMessage response)
    {
        // A weak ETag does not stand for the same bytes.
        var validator = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        if (validator == Validator)
        {
            return;
        }

        Validator = validator;
        if (_path is not null)
        {
            PrivateFile.WriteAllText(_path, _address!.AbsoluteUri + "\n" + validator + "\n");
        }
    }
}
