using System.Management.Automation;

namespace GostBt.PowerShell.Binding;

/// <summary>Takes a blank text, such as an empty cell of a row of <c>Import-Csv</c>, as if the parameter had not been given.</summary>
/// <param name="otherwise">What the parameter is where it is not given.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BlankIsNotGivenAttribute(object? otherwise = null) : ArgumentTransformationAttribute
{
    /// <summary>What the parameter is where it is not given.</summary>
    public object? Otherwise { get; } = otherwise;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && string.IsNullOrWhiteSpace(text) ? Otherwise : inputData;
}
