using System.Text;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Attack;

/// <summary>The relay, the one thing of GostBt that the Internet can talk to: who may use it, and what for.</summary>
[Collection(RunningCollection.Name)]
public sealed class RelayTests(RunningFixture fixture)
{
    private const int Port = 7000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Commands of the relay.</summary>
    public static TheoryData<byte> Commands => [RelayAttacker.Connect, RelayAttacker.ConnectUdp, RelayAttacker.Bind, RelayAttacker.BindUdp];

    /// <summary>Where nobody may get: the server's own services by every name, private and link-local ranges in every spelling.</summary>
    public static TheoryData<string> Forbidden =>
    [
        "127.0.0.1", "127.0.0.53", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::127.0.0.1", "localhost", "rebind.lab.test", "rebind6.lab.test",
        "192.168.123.1", "198.51.100.10", "2001:db8:10::10", "10.10.10.10", "::ffff:10.10.10.10", "64:ff9b::a0a:a0a", "64:ff9b:1::a0a:a0a", "2002:a0a:a0a::1",
        "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "metadata.lab.test",
    ];

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public async Task Nobody_without_the_right_credentials_gets_anything(byte command)
    {
        var (user, password) = fixture.Login;
        var address = RelayAttacker.Address(fixture.Lab.Facts.AddressOf("tracker"), Port);
        using var tracker = Witness.Start(fixture.Lab, "tracker", Port);

        foreach (var login in new (string, string)?[] { null, (string.Empty, string.Empty), (user, string.Empty), (user, password + "x"), ("x" + user, password), (user.ToUpperInvariant(), password), ("root", "root") })
        {
            var status = await RelayAttacker.StatusOfAsync(fixture.Lab, command, login, address);

            Assert.True(status is null or RelayAttacker.Unauthorized, $"{login}: {status}");
        }
    }

    [SkippableFact]
    public async Task With_them_public_addresses_are_reached_over_TCP_and_UDP()
    {
        var login = fixture.Login;
        var tracker = fixture.Lab.Facts.AddressOf("tracker");
        using var witness = Witness.Start(fixture.Lab, "tracker", Port);

        foreach (var host in new[] { tracker, "tracker.lab.test", "tracker4.lab.test" })
        {
            await using var tcp = await RelayAttacker.DialAsync(fixture.Lab);
            Assert.Equal(RelayAttacker.Ok, await tcp.AskAsync(RelayAttacker.Connect, login, RelayAttacker.Address(host, Port)));
            Assert.NotNull(await tcp.ReceiveAsync(10, Patience));
            await using var udp = await RelayAttacker.DialAsync(fixture.Lab);
            Assert.Equal(RelayAttacker.Ok, await udp.AskAsync(RelayAttacker.ConnectUdp, login, RelayAttacker.Address(host, Port)));
            await udp.SendDatagramAsync("who am I?"u8.ToArray());
            Assert.NotNull(await udp.ReceiveAsync(10, Patience));
        }

        await using var association = await RelayAttacker.DialAsync(fixture.Lab);
        Assert.Equal(RelayAttacker.Ok, await association.AskAsync(RelayAttacker.BindUdp, login, null));
        await association.SendDatagramAsync(RelayAttacker.Address(tracker, Port), "who am I?"u8.ToArray());
        var answer = await association.ReceiveAsync(24, Patience);
        Assert.StartsWith(fixture.Lab.Facts.VpsAddress, Encoding.ASCII.GetString(answer![10..]), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Forbidden))]
    public async Task With_them_the_server_and_private_ranges_are_still_out_of_reach(string host)
    {
        var login = fixture.Login;
        var lab = fixture.Lab;
        using var server = Witness.Start(lab, "vps", Port);
        using var provider = Witness.Start(lab, "backbone", Port);
        (await lab.ShAsync("vps", "printf '10.10.10.10 rebind.lab.test\n::1 rebind6.lab.test\n169.254.169.254 metadata.lab.test\n' >>/etc/hosts")).Succeeded();
        try
        {
            // What is out of reach for the relay is there for the server itself: else the test could not fail.
            (await lab.ShAsync("vps", $"for a in 127.0.0.1 10.10.10.10 169.254.169.254 metadata.lab.test; do timeout 5 bash -c \"exec 3<>/dev/tcp/$a/{Port}\" || exit 1; done")).Succeeded();

            foreach (var port in new[] { Port, 22 })
            {
                Assert.NotEqual(RelayAttacker.Ok, await RelayAttacker.StatusOfAsync(lab, RelayAttacker.Connect, login, RelayAttacker.Address(host, port)));
            }

            await using var udp = await RelayAttacker.DialAsync(lab);
            if (await udp.AskAsync(RelayAttacker.ConnectUdp, login, RelayAttacker.Address(host, Port)) == RelayAttacker.Ok)
            {
                await udp.SendDatagramAsync("who am I?"u8.ToArray());
                Assert.Null(await udp.ReceiveAsync(3, Patience));
            }

            await using var association = await RelayAttacker.DialAsync(lab);
            Assert.Equal(RelayAttacker.Ok, await association.AskAsync(RelayAttacker.BindUdp, login, null));
            await association.SendDatagramAsync(RelayAttacker.Address(host, Port), "who am I?"u8.ToArray());
            Assert.Null(await association.ReceiveAsync(3, Patience));
        }
        finally
        {
            (await lab.ShAsync("vps", "sed '/rebind\\|metadata/d' /etc/hosts >/tmp/hosts && cat /tmp/hosts >/etc/hosts && rm /tmp/hosts")).Succeeded();
        }
    }

    [SkippableFact]
    public async Task Nobody_opens_a_TCP_port_on_the_server()
    {
        var login = fixture.Login;

        Assert.NotEqual(RelayAttacker.Ok, await RelayAttacker.StatusOfAsync(fixture.Lab, RelayAttacker.Bind, login, RelayAttacker.Address("0.0.0.0", 9999)));
        Assert.NotEqual(RelayAttacker.Ok, await RelayAttacker.StatusOfAsync(fixture.Lab, RelayAttacker.BindUdp, login, RelayAttacker.Address("0.0.0.0", 53)));
    }
}
