using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Core.Tests.AutoStart;

public sealed class SystemdUnitTests
{
    private static readonly AgentCommandLine Agent = new(
        new ProfileName("home"), "/usr/local/lib/gostbt-agent/home/0123456789ab/gostbt", new GostBtPaths("/root/.config/gostbt", "/root/.local/state/gostbt", "/root/.local/share/gostbt/engines"));

    [Fact]
    public void The_whole_unit() => Assert.Equal(
        """
        # Made by Register-GostBtAutoStart; Unregister-GostBtAutoStart takes it away.
        [Unit]
        Description=GostBt tunnel home
        Wants=network-online.target
        After=network-online.target
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        ExecStart="/usr/local/lib/gostbt-agent/home/0123456789ab/gostbt" "agent" "--profile" "home" "--configuration-folder" "/root/.config/gostbt" "--state-folder" "/root/.local/state/gostbt" "--engines-folder" "/root/.local/share/gostbt/engines"
        Restart=on-failure
        RestartSec=3
        # 2: the profile cannot be used; trying again does not help.
        RestartPreventExitStatus=2
        KillMode=mixed
        TimeoutStopSec=20
        CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BIND_SERVICE
        NoNewPrivileges=yes
        ProtectSystem=strict
        ProtectHome=read-only
        ReadWritePaths="/root/.local/state/gostbt"
        PrivateTmp=yes
        DevicePolicy=closed
        DeviceAllow=/dev/net/tun rw
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        UMask=0077
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        SystemCallArchitectures=native

        [Install]
        WantedBy=multi-user.target

        """,
        SystemdUnit.Write(Agent));

    [Theory]
    [InlineData("plain", "\"plain\"", "\"plain\"")]
    [InlineData("a b", "\"a b\"", "\"a b\"")]
    [InlineData("100%", "\"100%%\"", "\"100%%\"")]
    [InlineData("$HOME", "\"$HOME\"", "\"$$HOME\"")]
    [InlineData("\"\\", "\"\\\"\\\\\"", "\"\\\"\\\\\"")]
    [InlineData("it's; ü", "\"it's; ü\"", "\"it's; ü\"")]
    public void Odd_characters_mean_themselves(string text, string path, string argument)
    {
        Assert.Equal(path, SystemdQuote.Path(text));
        Assert.Equal(argument, SystemdQuote.Argument(text));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    public void A_control_character_is_refused(string text) =>
        Assert.Equal(GostBtFailure.InvalidInput, Assert.Throws<GostBtException>(() => SystemdQuote.Path(text)).Failure);
}
