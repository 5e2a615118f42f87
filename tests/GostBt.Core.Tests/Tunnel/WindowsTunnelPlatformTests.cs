using System.Globalization;
using GostBt.Core.Tests.Routing.Windows;
using GostBt.Model;
using GostBt.Routing;
using GostBt.Routing.Windows;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public sealed class WindowsTunnelPlatformTests : IDisposable
{
    private readonly FakeSystem _windows = new();
    private readonly FakeFirewallRules _rules = new();
    private readonly TemporaryFolder _folder = new();

    private WindowsTunnelPlatform Platform => new(_windows, new WindowsRouteManager(new FakeIpHelper(), _rules), new WindowsFirewall(_rules));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_is_not_elevated_is_told_how_to_be()
    {
        Platform.RequireTunnelRights();
        _windows.IsElevated = false;

        var error = Assert.Throws<GostBtException>(Platform.RequireTunnelRights);

        Assert.Equal(GostBtFailure.NotPrivileged, error.Failure);
        Assert.Contains("Run as administrator", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("133000", false, true)]
    [InlineData("133001", false, false)]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    public void An_elevated_agent_may_be_the_one_that_its_state_names_although_its_user_is_not_told(string? start, bool closed, bool mayBe)
    {
        if (start is not null)
        {
            _windows.Running[7] = start;
        }

        _windows.Closed = closed;

        Assert.Equal(mayBe, Platform.MayBe(7, "133000"));
    }

    [SkippableTheory]
    [InlineData(0x00u, true)]
    [InlineData(0x20u, true)]
    [InlineData(0x10u, false)]
    [InlineData(0xFFu, false)]
    public void IPv6_can_be_switched_off_on_all_interfaces(uint components, bool has)
    {
        Skip.IfNot(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6 here");
        _windows.DisabledIPv6Components = components;

        Assert.Equal(has, Platform.HasIPv6);
    }

    [Fact]
    public async Task The_far_end_is_let_in_to_one_port_and_shut_out_again()
    {
        await Platform.LetInAsync(Samples.Profile, 50000, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.EndsWith("|Protocol=6|LPort=50000|LA4=192.168.123.2|RA4=192.168.123.1|Name=GostBt-gost_tun-test|", _rules.Rules[1], StringComparison.Ordinal);
        await Platform.LetInAsync(Samples.Profile, 50001, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(2, _rules.Rules.Count);

        await Platform.ShutAsync(Samples.Profile);

        Assert.Single(_rules.Rules);
        Assert.Equal(
            "advfirewall firewall add rule name=GostBt-gost_tun-test dir=in action=allow enable=yes profile=any protocol=TCP localport=50000 "
            + "localip=192.168.123.2 remoteip=192.168.123.1",
            _rules.Calls[0]);
    }

    [Fact]
    public async Task What_a_test_that_was_killed_let_in_goes_with_the_tunnel()
    {
        await Platform.LetInAsync(Samples.Profile, 50000, TimeSpan.FromSeconds(1), CancellationToken.None);

        await Platform.Routes.UndoAsync(FirewallOpening.For("gost_tun", Samples.Profile.Ports), CancellationToken.None);

        Assert.Single(_rules.Rules);
    }

    [Fact]
    public async Task An_engine_is_ended_by_a_later_agent_that_knows_its_number_and_start()
    {
        var configuration = _folder["engine.yaml"];
        _windows.Running[7] = "133000";

        Platform.NoteEngine(configuration, 7);
        await Platform.EndEnginesAsync(configuration, TimeSpan.Zero);
        await Platform.EndEnginesAsync(configuration, TimeSpan.Zero);

        Assert.Equal(["7 133000"], _windows.Ended);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task An_engine_that_does_not_end_stays_noted()
    {
        var configuration = _folder["engine.yaml"];
        _windows.Running[7] = "133000";
        _windows.Immortal = true;
        Platform.NoteEngine(configuration, 7);

        Assert.Contains("7", (await Assert.ThrowsAsync<GostBtException>(() => Platform.EndEnginesAsync(configuration, TimeSpan.Zero))).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("seven")]
    [InlineData("7")]
    public async Task A_note_that_was_cut_off_ends_nothing(string text)
    {
        var configuration = _folder["engine.yaml"];
        File.WriteAllText(configuration + ".pid", text);

        await Platform.EndEnginesAsync(configuration, TimeSpan.Zero);

        Assert.Empty(_windows.Ended);
    }

    [Fact]
    public void Engines_that_cannot_be_tied_to_the_agent_are_not_started()
    {
        Platform.TieEngines();
        _windows.TieError = 5;

        Assert.Contains("error 5", Assert.Throws<GostBtException>(Platform.TieEngines).Message, StringComparison.Ordinal);
    }

    private sealed class FakeSystem : IWindowsSystem
    {
        public bool IsElevated { get; set; } = true;

        public uint DisabledIPv6Components { get; set; }

        public Dictionary<int, string> Running { get; } = [];

        public List<string> Ended { get; } = [];

        public bool Immortal { get; set; }

        public int TieError { get; set; }

        public string? StartOf(int processId) => Running.GetValueOrDefault(processId);

        public bool Closed { get; set; }

        public bool IsClosed(int processId) => Closed;

        public bool End(int processId, string start, TimeSpan patience)
        {
            Ended.Add(string.Create(CultureInfo.InvariantCulture, $"{processId} {start}"));
            return !Immortal;
        }

        public int TieChildren() => TieError;
    }
}
