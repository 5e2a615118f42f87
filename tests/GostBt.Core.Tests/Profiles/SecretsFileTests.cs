using System.ComponentModel;
using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Profiles;

public sealed class SecretsFileTests : IDisposable
{
    private const string Secret = "password: hunter2\n";

    private readonly TemporaryFolder _folder = new();
    private readonly SecretsFile _encrypted = new(new Inverting("me"));

    private string File => _folder["home.secrets"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_system_encrypts_is_read_back_and_shows_nothing()
    {
        _encrypted.Write(File, Secret);

        Assert.Equal(Secret, _encrypted.Read(File));
        Assert.StartsWith("gostbt-dpapi 1\n", Content(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Content(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_file_of_an_earlier_version_is_read_then_encrypted_and_keeps_its_time()
    {
        System.IO.File.WriteAllText(File, Secret);
        var written = new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc);
        System.IO.File.SetLastWriteTimeUtc(File, written);

        Assert.Equal(Secret, _encrypted.Read(File));

        Assert.DoesNotContain("hunter2", Content(), StringComparison.Ordinal);
        Assert.Equal(written, System.IO.File.GetLastWriteTimeUtc(File));
        Assert.Equal(Secret, _encrypted.Read(File));
    }

    [Fact]
    public void Without_encryption_the_file_stays_plain()
    {
        var plain = new SecretsFile(null);
        plain.Write(File, Secret);

        Assert.Equal(Secret, plain.Read(File));
        Assert.Equal(Secret, Content());
    }

    [Fact]
    public void Another_user_s_and_another_system_s_are_told_so_without_the_content()
    {
        _encrypted.Write(File, Secret);
        var before = Content();

        foreach (var other in new[] { new SecretsFile(new Inverting("SYSTEM")), new SecretsFile(null) })
        {
            var error = Assert.Throws<GostBtException>(() => other.Read(File));
            Assert.Equal(GostBtFailure.InvalidProfile, error.Failure);
            Assert.Contains("Run as the user who made the profile", error.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain(before.Split('\n')[1], error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, Content());
    }

    [Theory]
    [InlineData("gostbt-dpapi 2\nAAAA\n")]
    [InlineData("gostbt-dpapi 1\n???\n")]
    [InlineData("gostbt-dpapi 1")]
    [InlineData("gostbt-dpapi 1\n\n")]
    public void A_damaged_file_is_an_error_for_people(string content)
    {
        System.IO.File.WriteAllText(File, content);

        Assert.Equal(GostBtFailure.InvalidProfile, Assert.Throws<GostBtException>(() => _encrypted.Read(File)).Failure);
    }

    [Fact]
    public void What_another_process_writes_while_a_plain_file_is_encrypted_stays()
    {
        const string Newer = "password: correct-horse\n";
        System.IO.File.WriteAllText(File, Secret);
        var interrupted = new SecretsFile(new Inverting("me") { BeforeProtecting = () => _encrypted.Write(File, Newer) });

        Assert.Equal(Secret, interrupted.Read(File));

        Assert.Equal(Newer, _encrypted.Read(File));
        Assert.Equal([File], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Who_writes_waits_for_another_who_does()
    {
        Task writing;
        using (new FileStream(File + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
            writing = Task.Run(() => _encrypted.Write(File, Secret));
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(200)));
            Assert.False(System.IO.File.Exists(File));
        }

        await writing.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(Secret, _encrypted.Read(File));
    }

    [Fact]
    public void What_the_system_does_not_encrypt_is_an_error_for_people_and_changes_nothing()
    {
        var refused = new SecretsFile(new Inverting("me") { BeforeProtecting = () => throw new Win32Exception(5) });
        System.IO.File.WriteAllText(File, Secret);

        var error = Assert.Throws<GostBtException>(() => refused.Write(File, "password: other\n"));

        Assert.Contains("does not encrypt", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.Equal(Secret, refused.Read(File));
        Assert.Equal(Secret, Content());
    }

    private string Content() => System.IO.File.ReadAllText(File);

    private sealed class Inverting(string user) : IDataProtection
    {
        public Action? BeforeProtecting { get; init; }

        public byte[] Protect(byte[] plain)
        {
            BeforeProtecting?.Invoke();
            return [(byte)user.Length, .. plain.Select(value => (byte)~value)];
        }

        public byte[] Unprotect(byte[] sealedBytes) =>
            sealedBytes.Length > 0 && sealedBytes[0] == user.Length ? [.. sealedBytes.Skip(1).Select(value => (byte)~value)] : throw new Win32Exception(unchecked((int)0x8009000B));
    }
}
