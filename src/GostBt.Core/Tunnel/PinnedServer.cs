using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>
/// The file of certificates that the engines trust, kept as the profile's secrets say: when the server changes its key while the tunnel runs, the engine finds
/// the new one in it before it connects again.
/// </summary>
internal sealed class PinnedServer
{
    private readonly ProfileStore _profiles;
    private readonly ProfileName _name;
    private readonly string _file;
    private DateTime _seen;
    private string _trusted;

    /// <param name="profiles">Where the secrets are kept.</param>
    /// <param name="name">The profile.</param>
    /// <param name="file">The file, written at once.</param>
    /// <param name="certificatePem">What the secrets hold now.</param>
    public PinnedServer(ProfileStore profiles, ProfileName name, string file, string certificatePem)
    {
        _profiles = profiles;
        _name = name;
        _file = file;
        _trusted = certificatePem;
        PrivateFile.WriteAllText(file, certificatePem);
    }

    /// <summary>Writes the file again if the secrets changed.</summary>
    /// <returns>Whether it did.</returns>
    /// <exception cref="IOException">The secrets cannot be read or the file not be written; the next call tries again.</exception>
    public bool Refresh()
    {
        var written = _profiles.SecretsWritten(_name);
        if (written == _seen)
        {
            return false;
        }

        // Without secrets the profile was removed; the tunnel ends on its own terms.
        var pem = _profiles.LoadSecrets(_name)?.CertificatePem;
        var changed = !string.IsNullOrEmpty(pem) && pem != _trusted;
        if (changed)
        {
            PrivateFile.WriteAllText(_file, pem!);
            _trusted = pem!;
        }

        _seen = written;
        return changed;
    }
}
