using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class PinnedServerTests
{
    [Fact]
    public void A_key_that_the_profile_learns_of_is_trusted_by_a_running_tunnel()
    {
        using var folder = new TemporaryFolder();
        var profiles = new ProfileStore(new GostBtPaths(folder.Path, folder.Path));
        var file = Path.Combine(folder.Path, "server.crt");
        profiles.Save(Samples.Profile, Samples.Secrets);
        var server = new PinnedServer(profiles, Samples.Profile.Name, file, Samples.Secrets.CertificatePem);

        Assert.Equal(Samples.Secrets.CertificatePem, File.ReadAllText(file));
        Assert.False(server.Refresh());

        var both = Samples.Secrets.CertificatePem + "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n";
        profiles.Save(Samples.Profile, Samples.Secrets with { CertificatePem = both });
        Assert.True(server.Refresh());
        Assert.Equal(both, File.ReadAllText(file));
        Assert.False(server.Refresh());

        // Another password is none of its concern, and a removed profile keeps what a running tunnel trusts.
        profiles.Save(Samples.Profile, Samples.Secrets with { CertificatePem = both, Password = "other" });
        Assert.False(server.Refresh());
        profiles.Remove(Samples.Profile.Name);
        Assert.False(server.Refresh());
        Assert.Equal(both, File.ReadAllText(file));
    }
}
