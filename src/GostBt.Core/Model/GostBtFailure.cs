namespace GostBt.Model;

/// <summary>Why an operation failed. The name is the stable part of the error id that scripts match on.</summary>
public enum GostBtFailure
{
    /// <summary>Something GostBt does not expect; a defect.</summary>
    Unexpected = 0,

    /// <summary>A value the user gave cannot be used: a name, a port, an address.</summary>
    InvalidInput,

    /// <summary>A profile on disk cannot be read: unknown key, wrong type, unknown version.</summary>
    InvalidProfile,

    /// <summary>No profile of that name.</summary>
    ProfileNotFound,

    /// <summary>No answer from the host, or its name does not resolve.</summary>
    HostUnreachable,

    /// <summary>The host is seen for the first time and nobody accepted its key.</summary>
    HostKeyUnknown,

    /// <summary>The host shows another key than the one known: refused.</summary>
    HostKeyChanged,

    /// <summary>ssh could not log in.</summary>
    AuthenticationFailed,

    /// <summary>No ssh client on this machine.</summary>
    SshMissing,

    /// <summary>A script on the host ended with an error.</summary>
    RemoteCommandFailed,

    /// <summary>Not root (or not elevated) and no way to become it.</summary>
    NotPrivileged,

    /// <summary>The system lacks something GostBt needs: systemd, nftables, /dev/net/tun.</summary>
    UnsupportedSystem,

    /// <summary>A port or an address that is in use by something else, named in the message.</summary>
    Conflict,

    /// <summary>What was applied does not behave: the verification named in the message failed.</summary>
    VerificationFailed,

    /// <summary>The engine (gost or bundled) is missing or ended by itself.</summary>
    EngineFailed,

    /// <summary>A file could not be fetched: no network, no such version, a limit, a full disk.</summary>
    DownloadFailed,

    /// <summary>A file is not the one it should be; it was not used.</summary>
    ChecksumMismatch,

    /// <summary>The tunnel did not come up; the message names the step.</summary>
    TunnelFailed,

    /// <summary>Another run for the same profile is under way.</summary>
    Busy,

    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>Something has to be confirmed, and nobody can be asked.</summary>
    ConfirmationRequired,
}
