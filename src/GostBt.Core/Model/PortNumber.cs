namespace GostBt.Model;

/// <summary>The range check every port number goes through.</summary>
public static class PortNumber
{
    /// <param name="value">A port as the user gave it.</param>
    /// <param name="what">What the port is for, as the error names it: "published port", "tunnel port".</param>
    /// <returns>The same value.</returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/> unless 1 to 65535.</exception>
    public static int Require(int value, string what) => value is >= 1 and <= 65535
        ? value
        : throw new GostBtException(GostBtFailure.InvalidInput, $"{value} is not a {what}.", "Give a port from 1 to 65535.");
}
