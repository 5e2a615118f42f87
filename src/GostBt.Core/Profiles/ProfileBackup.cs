using GostBt.Model;
using GostBt.Ssh;
using GostBt.Tunnel;
using GostBt.Yaml;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Profiles;

/// <summary>
/// Profiles as files that can be kept elsewhere: plain YAML without secrets; or sealed with a passphrase, with the secrets and the server's host keys, so that another PC
/// can take over the server.
/// </summary>
public sealed class ProfileBackup
{
    /// <summary>The fewest characters of a passphrase that a profile is exported with.</summary>
    public const int ShortestPassphrase = 8;

    // A profile is about a kilobyte, with its secrets three.
    private const long LargestFile = 1024 * 1024;

    private readonly ProfileStore _profiles;
    private readonly GostBtPaths _paths;
    private readonly IOperationLog _log;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="paths">Where GostBt's known hosts are.</param>
    /// <param name="log">Told what a stored profile lacks on this computer.</param>
    public ProfileBackup(ProfileStore profiles, GostBtPaths paths, IOperationLog log)
    {
        _profiles = profiles;
        _paths = paths;
        _log = log;
    }

    /// <summary>Writes a profile to a file that only its owner may read.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="path">The file, or a folder that is there: then it is named after the profile.</param>
    /// <param name="passphrase">With the secrets, sealed with this; null writes no secret.</param>
    /// <param name="overwrite">Whether a file that is there is replaced; one that this object wrote never is.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="GostBtException">
    /// No such profile; no secrets (<see cref="GostBtFailure.InvalidProfile"/>); the file is there (<see cref="GostBtFailure.Conflict"/>) or cannot be written (<see cref="GostBtFailure.InvalidInput"/>).
    /// </exception>
    public string Export(ProfileName name, string path, SshPassword? passphrase, bool overwrite)
    {
        var profile = _profiles.Load(name);
        var file = Directory.Exists(path) ? Path.Combine(path, name + (passphrase is null ? ".yaml" : ".gostbt")) : path;
        if (_written.Contains(file))
        {
            throw new GostBtException(
                GostBtFailure.Conflict, $"'{file}' was written a moment ago.", "Give a folder that is there: each profile gets a file of its own.");
        }

        if (File.Exists(file) && !overwrite)
        {
            throw new GostBtException(GostBtFailure.Conflict, $"'{file}' is there already.", "Give another path, or -Force to replace it.");
        }

        var text = passphrase is null ? ProfileYaml.Write(profile) : SealedText.Seal(WithSecrets(profile), passphrase);
        try
        {
            PrivateFile.WriteAllText(file, text);
            _written.Add(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"'{file}' cannot be written: {e.Message}", "Give a path in a folder that is there and that you may write to.", e);
        }

        return file;
    }

    /// <summary>Reads a file that <see cref="Export"/> or a user wrote. Changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">What it was sealed with; null for plain YAML.</param>
    /// <exception cref="GostBtException">It cannot be read, is damaged, or the passphrase is missing or another one.</exception>
    public ImportedProfile Read(string path, SshPassword? passphrase)
    {
        string text;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw Bad($"There is no file '{path}'.", "Give the path of a file that Export-GostBtProfile wrote.");
            }

            if (file.Length > LargestFile)
            {
                throw Bad($"'{path}' is too large to be a profile.", "Give the path of a file that Export-GostBtProfile wrote.");
            }

            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Bad($"'{path}' cannot be read: {e.Message}", "Check the path and its permissions.");
        }

        if (!text.StartsWith(SealedText.Magic, StringComparison.Ordinal))
        {
            return new ImportedProfile(ProfileImport.Read(path, _profiles), null, string.Empty);
        }

        return passphrase is null
            ? throw Bad($"'{path}' is protected by a passphrase.", "Give it with -Passphrase (Read-Host -AsSecureString).")
            : Unpack(SealedText.Open(text, path, passphrase), path);
    }

    /// <summary>Stores what was read.</summary>
    /// <param name="imported">What <see cref="Read"/> returned.</param>
    /// <param name="overwrite">Whether a profile of that name is replaced.</param>
    /// <param name="cancellationToken">Ends the wait for another command that changes that profile.</param>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.Conflict"/>: there is a profile of that name; <see cref="GostBtFailure.Busy"/>: another command is changing it.
    /// </exception>
    public async Task StoreAsync(ImportedProfile imported, bool overwrite, CancellationToken cancellationToken)
    {
        var name = imported.Profile.Name;
        using var turn = await ProfileTurn.TakeAsync(_profiles, name, cancellationToken).ConfigureAwait(false);
        if (_profiles.Exists(name))
        {
            if (!overwrite)
            {
                throw new GostBtException(GostBtFailure.Conflict, $"There is a profile '{name}' already.", "Give -Force to replace it, or remove it first: Remove-GostBtProfile.");
            }

            if (imported.Secrets is null && !ServerTarget.SameHost(_profiles.Load(name).Server.Host, imported.Profile.Server.Host))
            {
                // Another server's secrets would only be refused there.
                _profiles.Remove(name);
            }
        }

        _profiles.Save(imported.Profile, imported.Secrets);
        Trust(imported.Profile.Server, imported.HostKeys);
        var server = imported.Profile.Server;
        foreach (var file in new[] { server.IdentityFile, server.SshConfigFile }.Where(file => file is not null && !File.Exists(file)))
        {
            _log.Warning($"'{file}', which the profile '{name}' names for ssh, is not on this computer: New-GostBtServer and the like need it.");
        }
    }

    private static ImportedProfile Unpack(string text, string path)
    {
        try
        {
            var map = StrictMapping.ParseDocument(text, path);
            var secrets = map.Mapping("secrets") ?? throw map.Problem("'secrets' is missing");
            var imported = new ImportedProfile(
                ProfileYaml.Parse(map.RequiredText("profile"), path),
                new ProfileSecrets(secrets.RequiredText("username"), secrets.RequiredText("password"), secrets.RequiredText("certificate")),
                map.Text("hostKeys") ?? string.Empty);
            secrets.Done("username", "password", "certificate");
            map.Done("profile", "secrets", "hostKeys");
            return imported;
        }
        catch (YamlFormatException)
        {
            // The parser's own words may quote what is secret.
            throw Bad($"'{path}' opens, but holds no profile that this GostBt reads.", "Import it with the GostBt that exported it, or a newer one.");
        }
    }

    private string WithSecrets(Profile profile)
    {
        var secrets = _profiles.LoadSecrets(profile.Name) ?? throw new GostBtException(
            GostBtFailure.InvalidProfile,
            $"The profile '{profile.Name}' has no secrets yet: its server is not deployed.",
            "Deploy it with New-GostBtServer, or export the profile without -IncludeSecrets.");
        return YamlTree.Write(Map(
            ("profile", Text(ProfileYaml.Write(profile))),
            ("secrets", Map(("username", Text(secrets.Username)), ("password", Text(secrets.Password)), ("certificate", Text(secrets.CertificatePem)))),
            ("hostKeys", Text(string.Concat(KeysOf(profile.Server, Known()).Select(key => key.Line + "\n"))))));
    }

    // A line names hosts as "host" or "[host]:port", several with commas between. One with a marker, a pattern or a hash, or that names another host, too,
    // is not this server's alone.
    private static IEnumerable<HostKey> KeysOf(ProfileServer server, string lines)
    {
        var names = new[] { server.Host, FormattableString.Invariant($"[{server.Host}]:{server.SshPort ?? 22}") };
        return HostKey.ParseLines(lines).Where(key => !key.Line.Split(' ', '\t')[0].Split(',').Except(names, StringComparer.OrdinalIgnoreCase).Any());
    }

    private string Known() => File.Exists(_paths.KnownHosts) ? File.ReadAllText(_paths.KnownHosts) : string.Empty;

    private void Trust(ProfileServer server, string lines)
    {
        var known = Known();
        var present = HostKey.ParseLines(known).Select(key => key.Line).ToList();
        var added = KeysOf(server, lines).Select(key => key.Line).Except(present, StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            PrivateFile.CreateFolder(_paths.Configuration);
            PrivateFile.WriteAllText(_paths.KnownHosts, known + string.Concat(added.Select(line => line + "\n")));
        }
    }

    private static GostBtException Bad(string message, string remedy) => new(GostBtFailure.InvalidInput, message, remedy);
}
