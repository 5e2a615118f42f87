namespace GostBt.AutoStart;

/// <summary>
/// The unit of an agent (systemd.service(5), systemd.exec(5)). It may make devices, routes and firewall rules, write its state, and nothing else of the system. All it uses is
/// root's, see <see cref="RootOnly"/>, so that it need not reach into other users' files.
/// </summary>
internal static class SystemdUnit
{
    /// <summary>The unit's name.</summary>
    public static string NameOf(Model.ProfileName name) => $"gostbt-agent-{name}.service";

    /// <summary>The unit's file.</summary>
    public static string Write(AgentCommandLine agent) => $"""
        # Made by Register-GostBtAutoStart; Unregister-GostBtAutoStart takes it away.
        [Unit]
        Description=GostBt tunnel {agent.Name}
        Wants=network-online.target
        After=network-online.target
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        ExecStart={SystemdQuote.Argument(agent.Program)} {ArgumentsOf(agent)}
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
        ReadWritePaths={SystemdQuote.Path(Path.GetFullPath(agent.Paths.State))}
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

        """.Replace("\r\n", "\n");

    /// <summary>What tells whose agent a unit starts, as it stands in the unit.</summary>
    public static string ArgumentsOf(AgentCommandLine agent) => string.Join(" ", agent.Arguments.Select(SystemdQuote.Argument));
}
