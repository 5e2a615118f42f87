using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>Reads a profile file that a user wrote. The store takes it when its server stands: a failed attempt leaves the stored profile as it was.</summary>
public static class ProfileImport
{
    /// <summary>Reads a file. What only a deployment finds out is taken from the stored profile where that is of the same host.</summary>
    /// <param name="file">The user's file; paths in it are relative to its folder.</param>
    /// <param name="store">Where profiles are kept.</param>
    /// <exception cref="GostBtException">The file is missing (<see cref="GostBtFailure.InvalidInput"/>) or is no profile.</exception>
    public static Profile Read(string file, ProfileStore store)
    {
        if (!File.Exists(file))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"There is no file '{file}'.", "Give the path of a profile: a YAML file with version, name, server and ports.");
        }

        var profile = ProfileRules.Require(ProfileYaml.Parse(File.ReadAllText(file), file));
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var server = profile.Server with
        {
            IdentityFile = Absolute(profile.Server.IdentityFile, folder),
            SshConfigFile = Absolute(profile.Server.SshConfigFile, folder),
        };
        if (store.Exists(profile.Name) && store.Load(profile.Name).Server is { } known && ServerTarget.SameHost(known.Host, server.Host))
        {
            server = server with
            {
                PublicAddress = server.PublicAddress ?? known.PublicAddress,
                PublicAddress6 = server.PublicAddress6 ?? known.PublicAddress6,
            };
        }

        return profile with { Server = server };
    }

    private static string? Absolute(string? path, string folder)
    {
        if (path is null)
        {
            return null;
        }

        return path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path.Substring(2))
            : Path.GetFullPath(Path.Combine(folder, path));
    }
}
