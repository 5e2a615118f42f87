using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public sealed class ProfileStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
    private readonly ProfileStore _store;
    private readonly Profile _profile = new()
    {
        Name = new ProfileName("home"),
        Server = new ProfileServer { Host = "vps.example.net" },
        Ports = [new PublishedPort(6666)],
    };

    public ProfileStoreTests()
    {
        _store = new ProfileStore(new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state")));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var secrets = new ProfileSecrets("12345", "p: #\"'\n", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n");
        _store.Save(_profile, secrets);
        Assert.Equal(ProfileYaml.Write(_profile), ProfileYaml.Write(_store.Load(_profile.Name)));
        Assert.Equal(secrets, _store.LoadSecrets(_profile.Name));
        Assert.Equal([_profile.Name], _store.List());
    }

    [SkippableFact]
    public void Only_the_owner_can_read_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes");
        _store.Save(_profile, new ProfileSecrets("u", "p", "c"));
        var folder = Path.GetDirectoryName(_store.PathOf(_profile.Name))!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.All(Directory.GetFiles(folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void A_missing_profile_names_those_that_exist()
    {
        _store.Save(_profile);
        var error = Assert.Throws<GostBtException>(() => _store.Load(new ProfileName("nas")));
        Assert.Equal(GostBtFailure.ProfileNotFound, error.Failure);
        Assert.Contains("home", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_takes_the_secrets_along_and_may_be_done_twice()
    {
        _store.Remove(_profile.Name);
        _store.Save(_profile, new ProfileSecrets("u", "p", "c"));
        _store.Remove(_profile.Name);
        _store.Remove(_profile.Name);
        Assert.False(_store.Exists(_profile.Name));
        Assert.Null(_store.LoadSecrets(_profile.Name));
        Assert.Empty(_store.List());
    }

    [Fact]
    public void Damaged_secrets_are_not_shown()
    {
        _store.Save(_profile, new ProfileSecrets("u", "hunter2", "c"));
        var file = Directory.GetFiles(Path.GetDirectoryName(_store.PathOf(_profile.Name))!, "*.secrets").Single();
        File.WriteAllText(file, "username: [hunter2\n");
        var error = Assert.Throws<GostBtException>(() => _store.LoadSecrets(_profile.Name));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_profile_is_not_written()
    {
        Assert.Throws<GostBtException>(() => _store.Save(_profile with { Ports = [] }));
        Assert.False(_store.Exists(_profile.Name));
    }
}
