using GostBt.Lab.Tests.Raising;
using GostBt.Tunnel;

namespace GostBt.Lab.Tests.Server;

/// <summary>The gostbt that is uploaded, published once for all tests; or the one GOSTBT_HOST names.</summary>
internal static class PublishedHost
{
    private static readonly Lazy<string> Published = new(Publish);

    public static string Path => Published.Value;

    private static string Publish()
    {
        if (Environment.GetEnvironmentVariable(HostBinaries.Variable) is { Length: > 0 } given)
        {
            return given;
        }

        Command.RunAsync(System.IO.Path.Combine(Repository.Root, "build", "publish-host.sh"), [], input: null, TimeSpan.FromMinutes(9))
            .GetAwaiter().GetResult().Succeeded();
        return System.IO.Path.Combine(Repository.Root, "artifacts", "host", "linux-x64", "gostbt");
    }
}
