namespace GostBt.Engine.Relay;

/// <summary>What a relay request asks for (go-gost/relay CmdType).</summary>
internal enum RelayCommand
{
    None = 0,
    Connect = 1,
    Bind = 2,
}
