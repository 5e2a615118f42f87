using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Carriers;

/// <summary>Certificates and pins that are replaced while both engines run.</summary>
public sealed class CertificateRotationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("tls")]
    [InlineData("wss")]
    public async Task A_renewed_certificate_is_shown_and_trusted_and_a_standing_connection_lives_on(string carrier)
    {
        using var certificate = new TestCertificate();
        using var pinned = Copy(certificate);
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, certificate));
        await using var near = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), pinned));
        using var before = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
        var old = await ShownAsync(far.Port("relay"));

        certificate.Renew(TimeSpan.FromDays(300));
        await UntilAsync(async () => await ShownAsync(far.Port("relay")) != old);

        using var after = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
        Assert.Equal(0, after.Reply);
        Assert.Equal("still here", await EchoAsync(before.Stream, "still here"));
    }

    [Fact]
    public async Task A_pinned_key_is_trusted_beyond_its_certificate_s_end()
    {
        using var certificate = new TestCertificate();
        using var pinned = Copy(certificate);
        certificate.Renew(TimeSpan.FromDays(-1));
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tls", certificate));
        await using var near = await TestEngine.StartAsync(Configurations.SocksClient("tls", far.Port("relay"), pinned));

        using var client = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);

        Assert.Equal(0, client.Reply);
    }

    [Fact]
    public async Task A_new_key_is_refused_until_it_is_pinned_beside_the_old_one()
    {
        using var first = new TestCertificate();
        using var second = new TestCertificate();
        using var served = Copy(first);
        using var pinned = Copy(first);
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("wss", served));
        await using var near = await TestEngine.StartAsync(Configurations.SocksClient("wss", far.Port("relay"), pinned));
        using var before = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
        var old = await ShownAsync(far.Port("relay"));

        // As the server replaces them: both certificates, then the key, then the new certificate alone.
        await File.WriteAllTextAsync(served.CertFile, await File.ReadAllTextAsync(second.CertFile) + "\n" + await File.ReadAllTextAsync(first.CertFile));
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        Assert.Equal(old, await ShownAsync(far.Port("relay")));
        await File.WriteAllTextAsync(served.KeyFile, await File.ReadAllTextAsync(second.KeyFile));
        await UntilAsync(async () => await ShownAsync(far.Port("relay")) != old);
        await File.WriteAllTextAsync(served.CertFile, await File.ReadAllTextAsync(second.CertFile));

        using (var refused = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port))
        {
            Assert.NotEqual(0, refused.Reply);
        }

        Assert.Matches("its key sha256/[^ ]+ is not the pinned one \\(sha256/[^ ]+\\)", near.Log);
        await File.WriteAllTextAsync(pinned.CertFile, await File.ReadAllTextAsync(first.CertFile) + "\n" + await File.ReadAllTextAsync(second.CertFile));
        await UntilAsync(async () =>
        {
            using var client = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
            return client.Reply == 0;
        });
        Assert.Equal("still here", await EchoAsync(before.Stream, "still here"));
    }

    [Fact]
    public async Task What_does_not_fit_together_leaves_the_old_certificate_in_use()
    {
        using var certificate = new TestCertificate();
        using var other = new TestCertificate();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tls", certificate));
        var old = await ShownAsync(far.Port("relay"));

        await File.WriteAllTextAsync(certificate.KeyFile, await File.ReadAllTextAsync(other.KeyFile));
        await UntilAsync(async () =>
        {
            Assert.Equal(old, await ShownAsync(far.Port("relay")));
            return far.Log.Contains("keeps its old certificate", StringComparison.Ordinal);
        });

        await File.WriteAllTextAsync(certificate.CertFile, await File.ReadAllTextAsync(other.CertFile));
        await UntilAsync(async () => await ShownAsync(far.Port("relay")) != old);
    }

    // On Windows a virus scanner may have a new file open; anywhere descriptors may be short. The file does not change again because of that.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_file_that_cannot_be_read_at_first_is_taken_up_later(bool pin)
    {
        using var first = new TestCertificate();
        using var second = new TestCertificate();
        using var served = Copy(pin ? second : first);
        using var pinned = Copy(first);
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tls", served));
        await using var near = await TestEngine.StartAsync(Configurations.SocksClient("tls", far.Port("relay"), pinned));
        var changing = pin ? pinned : served;
        var old = await ShownAsync(far.Port("relay"));
        await File.WriteAllTextAsync(changing.KeyFile, await File.ReadAllTextAsync(second.KeyFile));
        var certificate = await File.ReadAllTextAsync(second.CertFile);

        await using (var shut = new FileStream(changing.CertFile, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await shut.WriteAsync(Encoding.ASCII.GetBytes(certificate));
            await shut.FlushAsync();
            for (var i = 0; i < 3; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.1));
                Assert.Equal(old, await ShownAsync(far.Port("relay")));
                using var refused = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
                Assert.Equal(pin, refused.Reply != 0);
            }
        }

        await UntilAsync(async () =>
        {
            using var client = await SocksTestClient.ConnectAsync(near.EndPoint("socks"), "127.0.0.1", echo.Port);
            return pin ? client.Reply == 0 : await ShownAsync(far.Port("relay")) != old;
        });
    }

    private static TestCertificate Copy(TestCertificate certificate)
    {
        var copy = new TestCertificate();
        File.Copy(certificate.CertFile, copy.CertFile, overwrite: true);
        File.Copy(certificate.KeyFile, copy.KeyFile, overwrite: true);
        return copy;
    }

    private static async Task<string> ShownAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        string? shown = null;
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => (shown = ((X509Certificate2)certificate!).Thumbprint).Length > 0);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = TestCertificate.Name, AllowTlsResume = false });
        return shown!;
    }

    private static async Task<string> EchoAsync(NetworkStream stream, string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), deadline.Token);
        var answer = new byte[text.Length];
        await stream.ReadExactlyAsync(answer, deadline.Token);
        return Encoding.ASCII.GetString(answer);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, "It did not come about in time.");
            await Task.Delay(100);
        }
    }
}
