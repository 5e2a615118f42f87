using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

public sealed class KnownHostsFileTests : IDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==";

    // What `ssh-keygen -H` makes of "vps.example.net".
    private const string Hashed = "|1|7+pqK5eriBi17/Zb2D6/2uH6Btg=|5cSRbCiUbPNEubcrfV1kDThM6Ug=";

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-test-").FullName;

    [Theory]
    [InlineData("vps.example.net", "vps.example.net", true)]
    [InlineData("VPS.example.net,198.51.100.10", "vps.example.net", true)]
    [InlineData("other,vps.example.net", "vps.example.net", true)]
    [InlineData("*.example.net", "vps.example.net", true)]
    [InlineData("vps?.example.net", "vps1.example.net", true)]
    [InlineData("*.example.net,!vps.example.net", "vps.example.net", false)]
    [InlineData("vps.example.net", "[vps.example.net]:2222", false)]
    [InlineData("[vps.example.net]:2222", "[vps.example.net]:2222", true)]
    [InlineData("vps-example.net", "vps.example.net", false)]
    [InlineData("192.168.1.61", "192.168.1.61", true)]
    [InlineData("|1|bad|also bad", "vps.example.net", false)]
    public void A_name_is_found_as_ssh_finds_it(string names, string name, bool found) =>
        Assert.Equal(found, Find($"# a comment\n\n{names} {Key} comment\n", name).Known.Count == 1);

    [Fact]
    public void A_hashed_name_is_found()
    {
        Assert.Single(Find($"{Hashed} {Key}\n", "vps.example.net").Known);
        Assert.Empty(Find($"{Hashed} {Key}\n", "other.example.net").Known);
    }

    [Fact]
    public void A_revoked_key_is_told_apart_and_an_authority_is_no_key()
    {
        var (known, revoked) = Find($"@revoked * {Key}\n@cert-authority * {Key}\n", "vps.example.net");

        Assert.Empty(known);
        Assert.Single(revoked);
    }

    [Theory]
    [InlineData("VPS.example.net", 22, "vps.example.net")]
    [InlineData("vps.example.net", 2222, "[vps.example.net]:2222")]
    [InlineData("2001:db8::1", 2222, "[2001:db8::1]:2222")]
    public void A_name_holds_the_port_where_it_is_another(string host, int port, string name) => Assert.Equal(name, KnownHostsFile.NameOf(host, port));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (IReadOnlyList<HostKey> Known, IReadOnlyList<HostKey> Revoked) Find(string text, string name)
    {
        var file = Path.Combine(_folder, "known_hosts");
        File.WriteAllText(file, text);
        return KnownHostsFile.Find([file, Path.Combine(_folder, "none")], name);
    }
}
