namespace GostBt.Engine.Carriers;

/// <summary>What a chain or a service runs over.</summary>
internal enum CarrierKind
{
    Tcp = 0,
    Tls,
    Ws,
    Wss,
}
