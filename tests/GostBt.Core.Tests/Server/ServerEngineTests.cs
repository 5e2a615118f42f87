using GostBt.Core.Tests.Gost.Supply;
using GostBt.Core.Tests.Tunnel;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using NSubstitute;

namespace GostBt.Core.Tests.Server;

/// <summary>A server that is to run gost: what is planned, what is remembered, what is uploaded.</summary>
public sealed class ServerEngineTests : IDisposable
{
    private const string Known = "a2aea24efb4597b5f57b35b8e1bbcc59f439b80723854d4371f6828b46682ffb";

    private static readonly ServerFacts Arm = ServerFactsParser.Parse(Samples.FreshDebian.Replace("arch x86_64", "arch aarch64", StringComparison.Ordinal));

    private readonly TemporaryFolder _folder = new();
    private readonly ServerEngineSource _source;

    public ServerEngineTests()
    {
        var store = new GostStore(_folder["engines"]);
        _source = new ServerEngineSource(
            store, new GostInstaller(store, Substitute.For<IOperationLog>(), () => throw new InvalidOperationException("nothing is to be fetched"), KnownGost.Of));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_release_is_fetched_by_the_server_and_its_bytes_are_decided_here()
    {
        var plan = await PlanAsync(Gost(), Samples.Fresh);

        var gost = Assert.Single(plan.Upload, file => file.Fetch is not null);
        Assert.Equal("/usr/local/lib/gostbt/gost-3.2.6", gost.Path);
        Assert.Equal(Known, gost.Hash);
        Assert.Equal("https://github.com/go-gost/gost/releases/download/v3.2.6/gost_3.2.6_linux_amd64.tar.gz", gost.Fetch!.Address.AbsoluteUri);
        Assert.Contains(
            "place /usr/local/lib/gostbt/gost-3.2.6, which the server fetches from https://github.com/go-gost/gost/releases/download/v3.2.6/gost_3.2.6_linux_amd64.tar.gz",
            plan.Steps);
        var fetch = Read(plan, "fetch");
        Assert.Matches(@"\Afile\d+ b39037b0380ea001fb3c0c28441c2e10bfc694f90682739a65b53e55dce5238b " + Known + @" 180 https://github\.com/\S+\n\z", fetch);
        Assert.Contains(fetch.Split(' ')[0] + " 755 root /usr/local/lib/gostbt/gost-3.2.6\n", Read(plan, "place"), StringComparison.Ordinal);
        Assert.DoesNotContain(ServerScripts.Files(plan), file => file.Name == fetch.Split(' ')[0]);
        Assert.Contains("\nExecStart=/usr/local/lib/gostbt/gost-3.2.6 -C /etc/gostbt/home/engine.yaml\n", ServerPlannerTests.Unit(plan), StringComparison.Ordinal);
        Assert.Contains("\nengine /usr/local/lib/gostbt/gost-3.2.6\n", plan.ManifestHead, StringComparison.Ordinal);
        Assert.Contains("tar -xzOf", ServerScripts.Apply(plan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_is_used_and_remembered()
    {
        var plan = await PlanAsync(Gost() with { Mirror = GostRelease.Mirror("https://ghproxy.example") }, Samples.Fresh);

        Assert.Equal(
            "https://ghproxy.example/https://github.com/go-gost/gost/releases/download/v3.2.6/gost_3.2.6_linux_amd64.tar.gz",
            Assert.Single(plan.Upload, file => file.Fetch is not null).Fetch!.Address.AbsoluteUri);
        Assert.Equal("https://ghproxy.example/", plan.Profile.Server.Engine!.Mirror);
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again()
    {
        var first = await PlanAsync(Gost(), Samples.Fresh);
        var deployed = Samples.Deployed(first.Profile);

        Assert.Empty((await PlanAsync(asked: null, deployed, first.Profile)).Steps);
        Assert.Empty((await PlanAsync(Gost(), deployed, first.Profile)).Steps);

        var changed = deployed with { Files = [.. deployed.Files.Select(file => file.Path.EndsWith("gost-3.2.6", StringComparison.Ordinal) ? file with { Hash = "00" } : file)] };
        var repair = await PlanAsync(asked: null, changed, first.Profile);
        Assert.Single(repair.Upload, file => file.Fetch is not null);
        Assert.True(repair.RestartEngine);
    }

    [Fact]
    public async Task Back_to_the_bundled_engine_the_unit_no_longer_names_gost()
    {
        var first = await PlanAsync(Gost(), Samples.Fresh);

        var back = await PlanAsync(new ServerEngine { Kind = EngineKind.Bundled }, Samples.Deployed(first.Profile), first.Profile);

        Assert.Null(back.Profile.Server.Engine);
        Assert.Contains($"\nExecStart={Samples.Engine.Path} engine -C /etc/gostbt/home/engine.yaml\n", ServerPlannerTests.Unit(back), StringComparison.Ordinal);
        Assert.True(back.RestartEngine);
        Assert.DoesNotContain("\nengine ", back.ManifestHead, StringComparison.Ordinal);
        Assert.DoesNotContain("update the manifest", first.Steps);
        Assert.Contains("update the manifest", back.Steps);
    }

    [Fact]
    public async Task An_arm64_server_gets_the_release_and_the_bundled_engine_for_arm64()
    {
        var plan = await PlanAsync(Gost(), Arm);

        Assert.EndsWith("gost_3.2.6_linux_arm64.tar.gz", Assert.Single(plan.Upload, file => file.Fetch is not null).Fetch!.Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("linux-arm64", ServerEngineSource.Runtime(Arm));
        Assert.Equal("linux-x64", ServerEngineSource.Runtime(Samples.Fresh));
        Assert.NotEmpty((await PlanAsync(asked: null, Arm)).Steps);
    }

    [Theory]
    [InlineData("armv7l")]
    [InlineData("i686")]
    [InlineData("riscv64")]
    public async Task Another_processor_is_an_error_that_names_it(string machine)
    {
        var facts = Samples.Fresh with { Architecture = machine };

        var error = await Assert.ThrowsAsync<GostBtException>(() => PlanAsync(asked: null, facts));

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Contains(machine, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_program_is_uploaded_under_a_name_of_its_own()
    {
        var program = Elf(machine: 62);
        await File.WriteAllBytesAsync(_folder["gost"], program);

        var plan = await PlanAsync(Gost() with { File = _folder["gost"] }, Samples.Fresh);

        var hash = Archives.Hash(program);
        var gost = Assert.Single(plan.Upload, file => file.Path == "/usr/local/lib/gostbt/gost-" + hash[..12]);
        Assert.Null(gost.Fetch);
        Assert.Equal(hash, gost.Hash);
        Assert.Equal(hash, plan.Profile.Server.Engine!.Hash);
        Assert.Empty((await PlanAsync(asked: null, Samples.Deployed(plan.Profile), plan.Profile)).Steps);
        var error = await Assert.ThrowsAsync<GostBtException>(() => PlanAsync(asked: null, Samples.Fresh, plan.Profile));
        Assert.Contains("-EnginePath", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_archive_is_unpacked_here()
    {
        await File.WriteAllBytesAsync(_folder["gost.tar.gz"], Archives.TarGz(Elf(machine: 183)));

        var plan = await PlanAsync(Gost() with { File = _folder["gost.tar.gz"], Version = GostVersion.Parse("3.2.6") }, Arm);

        Assert.Equal(Archives.Hash(Elf(machine: 183)), Assert.Single(plan.Upload, file => file.Path == "/usr/local/lib/gostbt/gost-3.2.6").Hash);
    }

    [Fact]
    public async Task A_program_for_another_processor_is_refused()
    {
        await File.WriteAllBytesAsync(_folder["gost"], Elf(machine: 62));
        var error = await Assert.ThrowsAsync<GostBtException>(() => PlanAsync(Gost() with { File = _folder["gost"] }, Arm));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
        Assert.Contains("gost_3.2.6_linux_arm64.tar.gz", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_file_with_another_checksum_is_refused()
    {
        await File.WriteAllBytesAsync(_folder["gost"], Elf(machine: 62));

        var error = await Assert.ThrowsAsync<GostBtException>(() => PlanAsync(Gost() with { File = _folder["gost"], Checksum = new string('a', 64) }, Samples.Fresh));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
    }

    [Fact]
    public void A_request_that_says_nothing_of_the_engine_keeps_it()
    {
        var kept = Samples.Profile();
        kept = kept with { Server = kept.Server with { Engine = new ProfileServerEngine { Version = "3.2.5", Hash = Known } } };

        Assert.Equal(kept.Server.Engine, Samples.Request().ToProfile(kept).Server.Engine);
        Assert.Equal(kept.Server.Engine, (Samples.Request() with { ServerEngine = Gost() }).ToProfile(kept).Server.Engine);
        Assert.Null((Samples.Request() with { ServerEngine = new ServerEngine { Kind = EngineKind.Bundled } }).ToProfile(kept).Server.Engine);
        Assert.Equal(
            new ProfileServerEngine { Version = "3.2.6" },
            (Samples.Request() with { ServerEngine = Gost() with { Version = GostVersion.Default } }).ToProfile(kept).Server.Engine);
    }

    [Fact]
    public void The_profile_on_disk_keeps_it()
    {
        var profile = Samples.Profile();
        profile = profile with { Server = profile.Server with { Engine = new ProfileServerEngine { Version = "3.2.6", Hash = Known, Mirror = "https://ghproxy.example/" } } };

        Assert.Equal(profile.Server, ProfileYaml.Parse(ProfileYaml.Write(profile), "home.yaml").Server);
        var wrong = ProfileYaml.Write(profile).Replace("kind: gost", "kind: auto", StringComparison.Ordinal);
        Assert.Equal(GostBtFailure.InvalidProfile, Assert.Throws<GostBtException>(() => ProfileYaml.Parse(wrong, "home.yaml")).Failure);
    }

    [Fact]
    public async Task The_engines_of_a_server_are_shown_with_the_one_that_runs()
    {
        var plan = await PlanAsync(Gost(), Samples.Fresh);
        var facts = Samples.Deployed(plan.Profile);

        var engines = ServerEngines.Of(plan.Profile, facts, _ => Samples.Engine.Hash);

        Assert.Equal(["Bundled linux-amd64 True False", "Gost linux-amd64 True True"], engines.Select(e => $"{e.Kind} {e.Platform} {e.Verified} {e.Preferred}"));
        Assert.Equal("3.2.6", engines[1].Version);
        Assert.All(engines, engine => Assert.Equal("home", engine.Name));
        Assert.Empty(ServerEngines.Of(plan.Profile, Samples.Fresh, _ => null));
    }

    [Fact]
    public async Task An_engine_that_is_not_what_was_placed_is_not_verified()
    {
        var plan = await PlanAsync(Gost(), Samples.Fresh);
        var facts = Samples.Deployed(plan.Profile);
        facts = facts with { Files = [.. facts.Files.Select(file => file with { Hash = "00" })] };

        Assert.All(ServerEngines.Of(plan.Profile, facts, _ => Samples.Engine.Hash), engine => Assert.False(engine.Verified));
    }

    private static ServerEngine Gost() => new() { Kind = EngineKind.Gost };

    private static byte[] Elf(byte machine) => [0x7F, .. "ELF"u8, 2, 1, 1, .. new byte[11], machine, 0, .. new byte[80]];

    private static string Read(ServerPlan plan, string name) => Read(Assert.Single(ServerScripts.Files(plan), file => file.Name == name));

    private static string Read(SshFile file)
    {
        using var reader = new StreamReader(file.Open());
        return reader.ReadToEnd();
    }

    private async Task<ServerPlan> PlanAsync(ServerEngine? asked, ServerFacts facts, Profile? existing = null)
    {
        var profile = (Samples.Request() with { ServerEngine = asked }).ToProfile(existing);
        profile = profile with { Server = profile.Server with { PublicAddress6 = "2001:db8:10::10" } };
        ServerRequirements.Require(profile, facts);
        (profile, var gost) = await _source.PlanAsync(profile, asked, facts, CancellationToken.None);
        return ServerPlanner.Plan(profile, Samples.Request().Ssh, facts, Samples.Secrets, Samples.Engine, gost);
    }
}
