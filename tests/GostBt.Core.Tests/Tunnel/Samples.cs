using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.Tunnel;

internal static class Samples
{
    public static Profile Profile { get; } = new()
    {
        Name = new ProfileName("home"),
        Server = new ProfileServer { Host = "vps.example.net", PublicAddress = "198.51.100.10" },
        Ports = [new PublishedPort(6666)],
    };

    public static ProfileSecrets Secrets { get; } = new("gostbt", "0123456789", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
}
