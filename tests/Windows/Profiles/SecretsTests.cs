using System.ComponentModel;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Windows.Tests.Profiles;

/// <summary>Secrets on disk, encrypted by Windows for the user who runs this.</summary>
public sealed class SecretsTests : IDisposable
{
    private static readonly ProfileSecrets Secrets = new("relay-user", "hunter2-hunter2", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
    private readonly ProfileStore _store;
    private readonly Profile _profile = new()
    {
        Name = new ProfileName("home"),
        Server = new ProfileServer { Host = "vps.example.net" },
        Ports = [new PublishedPort(6666)],
    };

    public SecretsTests()
    {
        _store = new ProfileStore(new GostBtPaths(Path.Combine(_folder, "config"), Path.Combine(_folder, "state")));
    }

    private string SecretsFile => Path.ChangeExtension(_store.PathOf(_profile.Name), ".secrets");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void DPAPI_gives_back_what_it_was_given(int length)
    {
        NeedsWindows();
        var plain = Enumerable.Range(0, length).Select(value => (byte)value).ToArray();

        var protectedBytes = new WindowsDataProtection().Protect(plain);

        Assert.Equal(plain, new WindowsDataProtection().Unprotect(protectedBytes));
        Assert.NotEqual(plain, protectedBytes);
    }

    [SkippableFact]
    public void DPAPI_refuses_what_was_cut_off()
    {
        NeedsWindows();
        var bytes = new WindowsDataProtection().Protect(Encoding.UTF8.GetBytes("hunter2"));

        Assert.Throws<Win32Exception>(() => new WindowsDataProtection().Unprotect([.. bytes.Take(bytes.Length / 2)]));
    }

    [SkippableFact]
    public void A_profile_s_secrets_are_encrypted_on_disk_and_read_back()
    {
        NeedsWindows();
        _store.Save(_profile, Secrets);

        Assert.Equal(Secrets, _store.LoadSecrets(_profile.Name));
        var content = File.ReadAllText(SecretsFile);
        Assert.StartsWith("gostbt-dpapi 1\n", content, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", content, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Plain_secrets_of_an_earlier_version_are_read_once_and_encrypted()
    {
        NeedsWindows();
        _store.Save(_profile);
        File.WriteAllText(SecretsFile, "username: relay-user\npassword: hunter2-hunter2\ncertificate: |\n  -----BEGIN CERTIFICATE-----\n  abc\n  -----END CERTIFICATE-----\n");

        Assert.Equal(Secrets, _store.LoadSecrets(_profile.Name));

        Assert.DoesNotContain("hunter2", File.ReadAllText(SecretsFile), StringComparison.Ordinal);
        Assert.Equal(Secrets, _store.LoadSecrets(_profile.Name));
    }

    [SkippableFact]
    public void Damaged_secrets_are_an_error_that_does_not_show_them()
    {
        NeedsWindows();
        _store.Save(_profile, Secrets);
        var lines = File.ReadAllLines(SecretsFile);
        File.WriteAllText(SecretsFile, $"{lines[0]}\n{Convert.ToBase64String(Convert.FromBase64String(lines[1])[..40])}\n");

        var error = Assert.Throws<GostBtException>(() => _store.LoadSecrets(_profile.Name));

        Assert.Equal(GostBtFailure.InvalidProfile, error.Failure);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    private static void NeedsWindows() => Skip.IfNot(OperatingSystem.IsWindows(), "needs Windows, or Wine");
}
