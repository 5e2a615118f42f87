using System.Globalization;
using GostBt.Model;

namespace GostBt.PowerShell.Binding;

/// <summary>
/// What <c>-Port</c> takes: <c>6666</c>, <c>6666/tcp</c>, <c>6881-6889/udp</c>, <c>443:6666</c> (outside:inside), or a published port of another object.
/// Checked only when resolved, so that the error is GostBt's own, with its stable id.
/// </summary>
public sealed class PortSpecification
{
    private readonly string _text;

    /// <param name="text">A port or range, as <see cref="PublishedPort.Parse"/> takes it.</param>
    public PortSpecification(string text) => _text = text ?? string.Empty;

    /// <param name="port">A port number.</param>
    public PortSpecification(int port) => _text = port.ToString(CultureInfo.InvariantCulture);

    /// <param name="port">A port number that is too large to be one; kept for the error.</param>
    public PortSpecification(long port) => _text = port.ToString(CultureInfo.InvariantCulture);

    /// <param name="port">A published port, such as one of a server's.</param>
    public PortSpecification(PublishedPort port) => _text = port.ToString();

    /// <summary>The ports meant, in the order given; TCP and UDP of the same port are one.</summary>
    /// <param name="ports">As given.</param>
    /// <param name="protocol">For those that do not say.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static PublishedPort[] Resolve(IEnumerable<PortSpecification> ports, PortProtocol protocol)
    {
        var merged = new List<PublishedPort>();
        foreach (var port in ports.Select(specification => specification.Resolve(protocol)))
        {
            var same = merged.FindIndex(other => (other with { Protocol = port.Protocol }) == port);
            if (same < 0)
            {
                merged.Add(port);
            }
            else
            {
                merged[same] = port with { Protocol = port.Protocol | merged[same].Protocol };
            }
        }

        return [.. merged];
    }

    /// <summary>The port meant.</summary>
    /// <param name="protocol">For the case that it does not say.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public PublishedPort Resolve(PortProtocol protocol) => PublishedPort.Parse(_text, protocol);

    /// <inheritdoc/>
    public override string ToString() => _text;
}
