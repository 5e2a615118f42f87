namespace GostBt.Model;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>It works now; something will need attention.</summary>
    Warning = 0,

    /// <summary>Something does not work, or is not as GostBt left it.</summary>
    Error,
}
