using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Server;

/// <summary>A profile that publishes ports of every kind, and one without IPv6.</summary>
internal static class FirewallSamples
{
    public static Profile WithoutIPv6 => Samples.Profile() with { Server = Samples.Profile().Server with { PublicAddress6 = null } };

    public static Profile Everything => Samples.Profile() with
    {
        Ports =
        [
            PublishedPort.Parse("443:6666/both"), PublishedPort.Parse("6666"), PublishedPort.Parse("6881-6889/tcp"), PublishedPort.Parse("7000-7009:6000-6009/udp"),
            PublishedPort.Parse("8000:9000/tcp"),
        ],
    };
}
