using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public sealed class ProfileImportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
    private readonly ProfileStore _store;

    public ProfileImportTests()
    {
        Directory.CreateDirectory(_folder);
        _store = new ProfileStore(new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reading_a_file_leaves_the_stored_profile_as_it_was()
    {
        _store.Save(Profile("vps.example.net"));
        Assert.Equal("other.example.net", ProfileImport.Read(File("other.example.net"), _store).Server.Host);
        Assert.Equal("vps.example.net", _store.Load(new ProfileName("home")).Server.Host);
    }

    [Theory]
    [InlineData("vps.example.net", "198.51.100.10")]
    [InlineData("VPS.example.net", "198.51.100.10")]
    [InlineData("other.example.net", null)]
    public void What_a_deployment_found_is_kept_for_the_same_host_only(string host, string? address)
    {
        _store.Save(Profile("vps.example.net") with { Server = new ProfileServer { Host = "vps.example.net", PublicAddress = "198.51.100.10" } });
        Assert.Equal(address, ProfileImport.Read(File(host), _store).Server.PublicAddress);
    }

    [Fact]
    public void Paths_are_of_the_file_s_folder()
    {
        var file = Path.Combine(_folder, "home.yaml");
        System.IO.File.WriteAllText(file, "version: 1\nname: home\nserver: { host: vps, identityFile: keys/id }\nports: [ { port: 6666 } ]\n");
        Assert.Equal(Path.Combine(_folder, "keys", "id"), ProfileImport.Read(file, _store).Server.IdentityFile);
    }

    [Fact]
    public void A_missing_file_is_an_error_of_its_own() =>
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => ProfileImport.Read(Path.Combine(_folder, "no.yaml"), _store)).Failure);

    private static Profile Profile(string host) => new() { Name = new ProfileName("home"), Server = new ProfileServer { Host = host }, Ports = [new PublishedPort(6666)] };

    private string File(string host)
    {
        var file = Path.Combine(_folder, "file.yaml");
        System.IO.File.WriteAllText(file, ProfileYaml.Write(Profile(host)));
        return file;
    }
}
