using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>Where things of GostBt are on a server, and what they are called there. The scripts in this folder know the same names.</summary>
internal static class ServerPaths
{
    /// <summary>Programs lie side by side here, so that a profile keeps those it was deployed with: gostbt in a folder named after its content.</summary>
    public const string Programs = "/usr/local/lib/gostbt/";

    /// <summary>The program that loads a profile's firewall: firewall.sh.</summary>
    public const string Firewall = Programs + "firewall";

    /// <summary>How a gost's path begins.</summary>
    public const string GostPrefix = Programs + "gost-";

    public const string Sysctl = "/etc/sysctl.d/90-gostbt.conf";

    private const int MaxDeviceName = 15;
    private const int ProgramFolderLength = 16;

    /// <summary>A gost: releases by version, others by their content, so that profiles with different ones stand side by side.</summary>
    public static string Gost(ProfileServerEngine engine) => GostPrefix + (engine.Version ?? engine.Hash!.Substring(0, 12));

    /// <summary>The command that runs a profile's engine: words that need no quotes.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="program">gostbt on the server.</param>
    public static string EngineCommand(Profile profile, PlannedFile program) =>
        (profile.Server.Engine is { } gost ? Gost(gost) : program.Path + " engine") + " -C " + Folder(profile.Name) + "/engine.yaml";

    public static string Folder(ProfileName name) => "/etc/gostbt/" + name;

    public static string Unit(ProfileName name) => $"/etc/systemd/system/gostbt@{name}.service";

    public static string FirewallUnit(ProfileName name) => $"/etc/systemd/system/gostbt-firewall@{name}.service";

    /// <summary>What the former version placed for a tunnel port below 1024.</summary>
    public static string LowPortDropIn(ProfileName name) => $"/etc/systemd/system/gostbt@{name}.service.d/port.conf";

    /// <summary>The system user that the profile's engine runs as: what the firewall lets it do is meant for no other engine.</summary>
    public static string UserOf(ProfileName name) => Device(name);

    /// <summary>Where a gostbt lies.</summary>
    /// <param name="hash">SHA-256 of it, hexadecimal.</param>
    public static string Program(string hash) => Programs + hash.Substring(0, ProgramFolderLength) + "/gostbt";

    public static string Table(ProfileName name) => "gostbt_" + name;

    /// <summary>The TUN device on the server: the profile's name in it where it fits, else a part of it and of its hash.</summary>
    public static string Device(ProfileName name) => Device(name.Value);

    /// <summary>The same for a name that a server has, which need not be a profile's.</summary>
    public static string Device(string name)
    {
        var plain = "gbt-" + name;
        if (plain.Length <= MaxDeviceName)
        {
            return plain;
        }

        using var sha = SHA256.Create();
        var digest = sha.ComputeHash(Encoding.ASCII.GetBytes(name));
        return plain.Substring(0, MaxDeviceName - 5) + "-" + BitConverter.ToString(digest, 0, 2).Replace("-", string.Empty).ToLowerInvariant();
    }
}
