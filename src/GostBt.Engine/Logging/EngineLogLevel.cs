namespace GostBt.Engine.Logging;

/// <summary>gost's log levels, least urgent first.</summary>
public enum EngineLogLevel
{
    Trace = 0,
    Debug,
    Info,
    Warn,
    Error,
}
