namespace GostBt.Model;

/// <summary>Which program carries the tunnel on this PC.</summary>
public enum EngineKind
{
    /// <summary>The bundled engine where it can drive a TUN device on this system, else gost.</summary>
    Auto = 0,

    /// <summary>go-gost/gost, installed by <c>Install-GostBtEngine</c> or found on PATH.</summary>
    Gost,

    /// <summary>The engine inside <c>gostbt</c>.</summary>
    Bundled,
}
