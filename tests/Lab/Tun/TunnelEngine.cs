namespace GostBt.Lab.Tests.Tun;

/// <summary>What runs at one end of a tunnel.</summary>
public enum TunnelEngine
{
    /// <summary><c>gostbt engine</c>.</summary>
    Bundled = 0,

    /// <summary>The <c>gost</c> on PATH.</summary>
    Gost,
}
