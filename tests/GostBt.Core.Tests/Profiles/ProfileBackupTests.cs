using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using NSubstitute;

namespace GostBt.Core.Tests.Profiles;

public sealed class ProfileBackupTests : IDisposable
{
    private const string KeyLine = "vps.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==";
    private const string OtherLine = "other.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==";

    private static readonly ProfileName Name = new("home");
    private static readonly SshPassword Passphrase = SshPassword.From("correct horse battery staple");

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-backup-").FullName;
    private readonly Profile _profile = new()
    {
        Name = Name,
        Server = new ProfileServer { Host = "vps.example.net", User = "root", PublicAddress = "198.51.100.10" },
        Ports = [PublishedPort.Parse("443:6666"), PublishedPort.Parse("7000-7009/udp")],
    };

    private readonly ProfileSecrets _secrets = new("relay-user", "s3cret-of-the-relay", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Another_PC_gets_the_profile_its_secrets_and_the_server_s_host_keys_and_no_others()
    {
        var (old, fresh) = (Pc("old"), Pc("new"));
        old.Store.Save(_profile, _secrets);
        File.WriteAllText(old.Paths.KnownHosts, $"{KeyLine}\n{OtherLine}\n");

        var file = old.Backup.Export(Name, _folder, Passphrase, overwrite: false);
        await fresh.Backup.StoreAsync(fresh.Backup.Read(file, Passphrase), overwrite: false, CancellationToken.None);

        Assert.Equal(Path.Combine(_folder, "home.gostbt"), file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(ProfileYaml.Write(_profile), ProfileYaml.Write(fresh.Store.Load(Name)));
        Assert.Equal(_secrets, fresh.Store.LoadSecrets(Name));
        Assert.Equal(KeyLine + "\n", File.ReadAllText(fresh.Paths.KnownHosts));
    }

    [Fact]
    public void Without_a_passphrase_it_is_plain_and_has_no_secret()
    {
        var (old, fresh) = (Pc("old"), Pc("new"));
        old.Store.Save(_profile, _secrets);

        var file = old.Backup.Export(Name, Path.Combine(_folder, "mine.yaml"), passphrase: null, overwrite: false);

        Assert.Equal(ProfileYaml.Write(_profile), File.ReadAllText(file));
        Assert.Null(fresh.Backup.Read(file, null).Secrets);
    }

    [Fact]
    public async Task What_is_there_stays_unless_it_is_to_be_replaced()
    {
        var pc = Pc("old");
        pc.Store.Save(_profile, _secrets);
        var file = pc.Backup.Export(Name, _folder, null, overwrite: false);
        var imported = pc.Backup.Read(file, null);

        Assert.Equal(GostBtFailure.Conflict, Assert.Throws<GostBtException>(() => pc.Backup.Export(Name, _folder, null, overwrite: false)).Failure);
        Assert.Equal(GostBtFailure.Conflict, (await Assert.ThrowsAsync<GostBtException>(() => pc.Backup.StoreAsync(imported, overwrite: false, CancellationToken.None))).Failure);
        Pc("old").Backup.Export(Name, _folder, null, overwrite: true);
        await pc.Backup.StoreAsync(imported, overwrite: true, CancellationToken.None);
        Assert.Equal(_secrets, pc.Store.LoadSecrets(Name));
    }

    [Fact]
    public void Two_profiles_are_not_written_to_one_file()
    {
        var pc = Pc("old");
        var nas = new ProfileName("nas");
        pc.Store.Save(_profile, _secrets);
        pc.Store.Save(_profile with { Name = nas });
        var file = pc.Backup.Export(Name, Path.Combine(_folder, "all.yaml"), null, overwrite: true);

        var error = Assert.Throws<GostBtException>(() => pc.Backup.Export(nas, file, null, overwrite: true));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("folder", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(ProfileYaml.Write(_profile), File.ReadAllText(file));
        pc.Backup.Export(nas, _folder, null, overwrite: false);
    }

    [Fact]
    public async Task Files_that_ssh_needs_and_this_PC_has_not_are_told()
    {
        var pc = Pc("old");
        var key = Path.Combine(_folder, "key");
        File.WriteAllText(key, "key");
        var server = _profile.Server with { IdentityFile = key, SshConfigFile = Path.Combine(_folder, "none") };

        await pc.Backup.StoreAsync(new ImportedProfile(_profile with { Server = server }, null, string.Empty), overwrite: false, CancellationToken.None);

        Assert.Contains(Path.Combine(_folder, "none"), Assert.Single(pc.Log.ReceivedCalls()).GetArguments()[0]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_another_server_takes_no_secrets_over()
    {
        var pc = Pc("old");
        pc.Store.Save(_profile, _secrets);

        await pc.Backup.StoreAsync(new ImportedProfile(_profile with { Server = new ProfileServer { Host = "elsewhere.example.net" } }, null, string.Empty), overwrite: true, CancellationToken.None);

        Assert.Null(pc.Store.LoadSecrets(Name));
    }

    [Fact]
    public async Task Only_lines_of_the_server_s_own_name_are_trusted_on_import()
    {
        const string Key = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==\n";
        var pc = Pc("new");
        var lines = string.Concat(new[]
        {
            "*", "@cert-authority *", "@cert-authority vps.example.net", "@revoked vps.example.net", "*.example.net", "!other.example.net",
            "vps.example.net,*", "vps.example.net,other.example.net", "|1|c2FsdA==|aGFzaA==", "other.example.net", "[vps.example.net]:2222",
        }.Select(names => names + Key));

        await pc.Backup.StoreAsync(new ImportedProfile(_profile, _secrets, $"{lines}VPS.example.net{Key}[vps.example.net]:22{Key}"), overwrite: false, CancellationToken.None);

        Assert.Equal($"VPS.example.net{Key}[vps.example.net]:22{Key}", File.ReadAllText(pc.Paths.KnownHosts));
    }

    [Fact]
    public async Task Upper_and_lower_case_of_a_server_s_name_are_one_server_s()
    {
        var pc = Pc("old");
        pc.Store.Save(_profile, _secrets);

        await pc.Backup.StoreAsync(new ImportedProfile(_profile with { Server = _profile.Server with { Host = "VPS.example.net" } }, null, string.Empty), overwrite: true, CancellationToken.None);

        Assert.Equal(_secrets, pc.Store.LoadSecrets(Name));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "not YAML", "profile: [\n" },
        { "no secrets", "profile: \"version: 1\"\n" },
        { "a path as name", "profile: \"version: 1\\nname: ../../etc/passwd\\nserver: { host: v }\\nports: [ { port: 6666 } ]\\n\"\nsecrets: { username: u, password: p, certificate: c }\n" },
        { "an option as host", "profile: \"version: 1\\nname: home\\nserver: { host: -oProxyCommand=id }\\nports: [ { port: 6666 } ]\\n\"\nsecrets: { username: u, password: p, certificate: c }\n" },
        { "an unknown key", "profile: \"version: 1\\nname: home\\nserver: { host: v }\\nports: [ { port: 6666 } ]\\n\"\nsecrets: { username: u, password: t0p-secret, certificate: c, more: t0p-secret }\n" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_opens_but_is_no_profile_is_refused_and_nothing_is_written(string what, string content)
    {
        var pc = Pc("new");
        var file = Path.Combine(_folder, "hostile.gostbt");
        File.WriteAllText(file, SealedText.Seal(content, Passphrase));

        var error = Assert.Throws<GostBtException>(() => pc.Backup.Read(file, Passphrase));

        Assert.True(error.Failure is GostBtFailure.InvalidInput or GostBtFailure.InvalidProfile, what);
        Assert.DoesNotContain("t0p-secret", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(pc.Paths.Configuration));
    }

    [Fact]
    public void What_cannot_be_read_or_written_is_said_plainly()
    {
        var pc = Pc("old");
        pc.Store.Save(_profile);
        var sealedFile = Path.Combine(_folder, "sealed.gostbt");
        File.WriteAllText(sealedFile, SealedText.Seal("x", Passphrase));
        var large = Path.Combine(_folder, "large.yaml");
        File.WriteAllBytes(large, new byte[2 * 1024 * 1024]);

        Assert.Contains("passphrase", Message(() => pc.Backup.Read(sealedFile, null)), StringComparison.Ordinal);
        Assert.Contains("There is no file", Message(() => pc.Backup.Read(Path.Combine(_folder, "none"), null)), StringComparison.Ordinal);
        Assert.Contains("too large", Message(() => pc.Backup.Read(large, null)), StringComparison.Ordinal);
        Assert.Contains("cannot be written", Message(() => pc.Backup.Export(Name, Path.Combine(_folder, "none", "home.yaml"), null, overwrite: false)), StringComparison.Ordinal);
        Assert.Contains("no secrets yet", Message(() => pc.Backup.Export(Name, _folder, Passphrase, overwrite: false)), StringComparison.Ordinal);
        Assert.DoesNotContain("relay", new ImportedProfile(_profile, _secrets, string.Empty).ToString(), StringComparison.Ordinal);

        static string Message(Action action) => Assert.Throws<GostBtException>(action).Message;
    }

    private (ProfileBackup Backup, ProfileStore Store, GostBtPaths Paths, IOperationLog Log) Pc(string name)
    {
        var paths = new GostBtPaths(Path.Combine(_folder, name, "config"), Path.Combine(_folder, name, "state"));
        var store = new ProfileStore(paths);
        var log = Substitute.For<IOperationLog>();
        return (new ProfileBackup(store, paths, log), store, paths, log);
    }
}
