using GostBt.Model;
using GostBt.Yaml;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Profiles;

/// <summary>The profiles of this user on disk, each with its secrets beside it: encrypted by DPAPI on Windows, in a file of mode 0600 elsewhere.</summary>
public sealed class ProfileStore
{
    private const string ProfileSuffix = ".yaml";
    private const string SecretsSuffix = ".secrets";
    private const string LockSuffix = ".lock";

    private readonly GostBtPaths _paths;
    private readonly SecretsFile _secrets;

    /// <param name="paths">Where they lie.</param>
    public ProfileStore(GostBtPaths paths)
        : this(paths, SecretsFile.OfThisSystem)
    {
    }

    internal ProfileStore(GostBtPaths paths, SecretsFile secrets)
    {
        _paths = paths;
        _secrets = secrets;
    }

    /// <summary>Whether a profile of that name is kept.</summary>
    public bool Exists(ProfileName name) => File.Exists(PathOf(name));

    /// <summary>The file of a profile.</summary>
    public string PathOf(ProfileName name) => Path.Combine(_paths.Profiles, name.Value + ProfileSuffix);

    /// <summary>The file that whoever changes a profile in several steps holds open meanwhile.</summary>
    internal string LockOf(ProfileName name) => Path.Combine(_paths.Profiles, name.Value + LockSuffix);

    /// <summary>Every profile's name, sorted. A file that is not named like a profile is passed over.</summary>
    public IReadOnlyList<ProfileName> List()
    {
        var names = new List<ProfileName>();
        if (!Directory.Exists(_paths.Profiles))
        {
            return names;
        }

        foreach (var file in Directory.GetFiles(_paths.Profiles, "*" + ProfileSuffix).OrderBy(file => file, StringComparer.Ordinal))
        {
            try
            {
                names.Add(new ProfileName(Path.GetFileNameWithoutExtension(file)));
            }
            catch (GostBtException)
            {
                // Somebody else's file.
            }
        }

        return names;
    }

    /// <summary>Reads a profile.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/> or <see cref="GostBtFailure.InvalidProfile"/>.</exception>
    public Profile Load(ProfileName name)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            var known = List();
            throw new GostBtException(
                GostBtFailure.ProfileNotFound,
                $"There is no profile '{name}'.",
                known.Count == 0 ? "Make one with New-GostBtServer." : $"Profiles here: {string.Join(", ", known)}.");
        }

        var profile = ProfileYaml.Parse(PrivateFile.ReadAllText(path), path);
        return profile.Name.Equals(name)
            ? profile
            : throw new GostBtException(GostBtFailure.InvalidProfile, $"{path} is of the profile '{profile.Name}'.", "Give the file the profile's name, or the profile the file's.");
    }

    /// <summary>Sees to it that nobody else can change what is kept here.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: the folder is another user's, or others may write there.</exception>
    public void RequirePrivate()
    {
        PrivateFile.CreateFolder(_paths.Configuration);
        PrivateFile.CreateFolder(_paths.Profiles);
    }

    /// <summary>Writes a profile, and its secrets where given, secrets first: a profile never stands without what it needs.</summary>
    public void Save(Profile profile, ProfileSecrets? secrets = null)
    {
        ProfileRules.Require(profile);
        RequirePrivate();
        if (secrets is not null)
        {
            _secrets.Write(SecretsPathOf(profile.Name), YamlTree.Write(Map(
                ("username", Text(secrets.Username)),
                ("password", Text(secrets.Password)),
                ("certificate", Text(secrets.CertificatePem)))));
        }

        PrivateFile.WriteAllText(PathOf(profile.Name), ProfileYaml.Write(profile));
    }

    /// <summary>The secrets of a profile, or null where it has none yet.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidProfile"/>; the text never shows what the file holds.</exception>
    public ProfileSecrets? LoadSecrets(ProfileName name)
    {
        var path = SecretsPathOf(name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var map = StrictMapping.ParseDocument(_secrets.Read(path), path);
            var secrets = new ProfileSecrets(map.RequiredText("username"), map.RequiredText("password"), map.RequiredText("certificate"));
            map.Done("username", "password", "certificate");
            return secrets;
        }
        catch (YamlFormatException e)
        {
            throw new GostBtException(
                GostBtFailure.InvalidProfile,
                $"The secrets of '{name}' cannot be read (line {e.Line}).",
                "Run New-GostBtServer again: it makes new ones, with -TakeOver where the server has these.");
        }
    }

    /// <summary>The same, and null, too, where they are another user's or another PC's, or damaged: here they are as good as lost.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="tell">Told why they cannot be read.</param>
    internal ProfileSecrets? TryLoadSecrets(ProfileName name, Action<string>? tell = null)
    {
        try
        {
            return LoadSecrets(name);
        }
        catch (GostBtException e) when (e.Failure == GostBtFailure.InvalidProfile)
        {
            tell?.Invoke(e.Message);
            return null;
        }
    }

    /// <summary>Remembers a profile and its secrets as they are kept now; what comes back puts them back.</summary>
    internal Action Keep(ProfileName name)
    {
        if (!Exists(name))
        {
            return () => Remove(name);
        }

        // The file of secrets as it is: whoever can read it is to read it again.
        var profile = Load(name);
        var secrets = PrivateFile.TryReadAllText(SecretsPathOf(name));
        return () =>
        {
            if (secrets is not null)
            {
                PrivateFile.WriteAllText(SecretsPathOf(name), secrets);
            }

            Save(profile);
        };
    }

    /// <summary>When a profile was written last, UTC; a fixed time in the past where there is none.</summary>
    internal DateTime Written(ProfileName name) => File.GetLastWriteTimeUtc(PathOf(name));

    /// <summary>When the secrets of a profile were written last, UTC; a fixed time in the past where it has none.</summary>
    internal DateTime SecretsWritten(ProfileName name) => File.GetLastWriteTimeUtc(SecretsPathOf(name));

    /// <summary>Removes a profile and its secrets; nothing where there is none.</summary>
    public void Remove(ProfileName name)
    {
        if (Directory.Exists(_paths.Profiles))
        {
            File.Delete(PathOf(name));
            File.Delete(SecretsPathOf(name));
        }
    }

    /// <summary>Removes the lock file of a profile that is not kept any more, see <see cref="LockOf"/>; its holder's to do.</summary>
    internal void RemoveLock(ProfileName name)
    {
        try
        {
            File.Delete(LockOf(name));
        }
        catch (IOException)
        {
            // Windows removes no file that is open.
        }
    }

    private string SecretsPathOf(ProfileName name) => Path.Combine(_paths.Profiles, name.Value + SecretsSuffix);
}
