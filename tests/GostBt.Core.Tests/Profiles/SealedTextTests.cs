using System.Security.Cryptography;
using System.Text;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Profiles;

public sealed class SealedTextTests
{
    private const string Secret = "password: s3cret-of-the-relay\nName: 名前\n";

    private static readonly SshPassword Passphrase = SshPassword.From("correct horse battery staple");
    private static readonly string Sealed = SealedText.Seal(Secret, Passphrase);

    [Fact]
    public void What_is_sealed_opens_with_its_passphrase_also_with_other_line_ends()
    {
        Assert.Equal(Secret, SealedText.Open(Sealed, "home.gostbt", Passphrase));
        Assert.Equal(Secret, SealedText.Open(Sealed.Replace("\n", "\r\n", StringComparison.Ordinal), "home.gostbt", Passphrase));
    }

    [Fact]
    public void It_shows_nothing_and_is_never_the_same_twice()
    {
        Assert.DoesNotContain("s3cret", Sealed, StringComparison.Ordinal);
        Assert.NotEqual(Sealed, SealedText.Seal(Secret, Passphrase));
        Assert.StartsWith("gostbt-sealed 1\npbkdf2-sha256 600000 ", Sealed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passwd", "salt", 1)]
    [InlineData("Password", "NaCl", 80000)]
    [InlineData("", "salt of sixteen b", 3)]
    public void The_derivation_is_the_standard_s(string password, string salt, int iterations)
    {
        var (secret, extra) = (Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt));
        Assert.Equal(Rfc2898DeriveBytes.Pbkdf2(secret, extra, iterations, HashAlgorithmName.SHA256, Pbkdf2.Length), Pbkdf2.Derive(secret, extra, iterations));
    }

    [Theory]
    [InlineData("correct horse battery staple ")]
    [InlineData("Correct horse battery staple")]
    public void Another_passphrase_does_not_open_it(string other)
    {
        var error = Assert.Throws<GostBtException>(() => SealedText.Open(Sealed, "home.gostbt", SshPassword.From(other)));
        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("passphrase", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", error.Message + error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        // Without deriving a key where the cut is plain to see, so that all of them can be tried.
        for (var length = 0; length < Sealed.Length - 1; length++)
        {
            Assert.Throws<GostBtException>(() => SealedText.Open(Sealed[..length], "home.gostbt", Passphrase));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_changed_byte_in_any_line_is_refused(int line)
    {
        var lines = Sealed.Split('\n');
        var at = lines[line].Length - 6;
        lines[line] = lines[line][..at] + (lines[line][at] == 'A' ? 'B' : 'A') + lines[line][(at + 1)..];

        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => SealedText.Open(string.Join('\n', lines), "home.gostbt", Passphrase)).Failure);
    }

    [Theory]
    [InlineData("gostbt-sealed 1", "gostbt-sealed 2", "version")]
    [InlineData(" 600000 ", " 1 ", "damaged")]
    [InlineData(" 600000 ", " 2000000000 ", "damaged")]
    [InlineData(" 600000 ", " -600000 ", "damaged")]
    [InlineData("aes-256-cbc", "none", "damaged")]
    [InlineData("hmac-sha256", "none", "damaged")]
    public void What_a_hostile_file_asks_for_is_refused(string right, string wrong, string about)
    {
        var error = Assert.Throws<GostBtException>(() => SealedText.Open(Sealed.Replace(right, wrong, StringComparison.Ordinal), "home.gostbt", Passphrase));
        Assert.Contains(about, error.Message, StringComparison.Ordinal);
    }
}
