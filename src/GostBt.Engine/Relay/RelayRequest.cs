using System.Buffers.Binary;
using System.Text;
using GostBt.Engine.Addresses;
using GostBt.Gost;

namespace GostBt.Engine.Relay;

/// <summary>A relay client's request.</summary>
internal sealed record RelayRequest(RelayCommand Command)
{
    /// <summary>Whether it is about UDP.</summary>
    internal bool Udp { get; init; }

    /// <summary>The user it presents.</summary>
    internal GostAuth? Auth { get; init; }

    /// <summary>The destination, or where to bind; null where the request has none.</summary>
    internal Destination? Address { get; init; }

    /// <summary>Whether it asks for a network other than TCP and UDP.</summary>
    internal bool OtherNetwork { get; init; }

    /// <exception cref="InvalidDataException">It is not a relay request.</exception>
    internal static async ValueTask<RelayRequest> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var (command, features) = await RelayWire.ReadMessageAsync(stream, cancellationToken).ConfigureAwait(false);
        return TryParse(command, features, out var request) ? request : throw new InvalidDataException("a relay request with broken features");
    }

    internal static bool TryParse(byte command, ReadOnlySpan<byte> features, out RelayRequest request)
    {
        request = new RelayRequest((RelayCommand)(command & RelayWire.CommandMask)) { Udp = (command & RelayWire.UdpFlag) != 0 };
        while (!features.IsEmpty)
        {
            if (!RelayWire.TryTakeFeature(ref features, out var type, out var data))
            {
                return false;
            }

            switch (type)
            {
                case RelayWire.UserFeature when TryUser(data, out var auth):
                    request = request with { Auth = auth };
                    break;
                case RelayWire.AddressFeature when SocksAddressOrNone(data, out var address):
                    request = request with { Address = address };
                    break;
                case RelayWire.NetworkFeature when data.Length >= sizeof(ushort):
                    var network = BinaryPrimitives.ReadUInt16BigEndian(data);
                    request = request with
                    {
                        Udp = request.Udp || network == RelayWire.NetworkUdp,
                        OtherNetwork = network is not (RelayWire.NetworkTcp or RelayWire.NetworkUdp),
                    };
                    break;
                case RelayWire.TunnelFeature:
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>The whole request.</summary>
    internal byte[] Encode()
    {
        var message = new byte[RelayWire.HeaderLength + RelayWire.MaximumFeatures];
        var features = message.AsSpan(RelayWire.HeaderLength);
        var length = 0;
        if (Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(features[RelayWire.FeatureHeaderLength..], RelayWire.NetworkUdp);
            length += RelayWire.CloseFeature(features, RelayWire.NetworkFeature, sizeof(ushort));
        }

        if (Auth is { } auth)
        {
            var at = features[length..];
            length += RelayWire.CloseFeature(at, RelayWire.UserFeature, WriteUser(at[RelayWire.FeatureHeaderLength..], auth));
        }

        if (Address is { } address)
        {
            var at = features[length..];
            length += RelayWire.CloseFeature(at, RelayWire.AddressFeature, SocksAddress.Write(at[RelayWire.FeatureHeaderLength..], address));
        }

        RelayWire.CloseMessage(message, (byte)((int)Command | (Udp ? RelayWire.UdpFlag : 0)), length);
        return message[..(RelayWire.HeaderLength + length)];
    }

    private static int WriteUser(Span<byte> into, GostAuth auth)
    {
        var user = Encoding.UTF8.GetBytes(auth.Username, into.Slice(1, byte.MaxValue));
        into[0] = (byte)user;
        var password = Encoding.UTF8.GetBytes(auth.Password, into.Slice(2 + user, byte.MaxValue));
        into[1 + user] = (byte)password;
        return 2 + user + password;
    }

    private static bool TryUser(ReadOnlySpan<byte> data, out GostAuth? auth)
    {
        auth = null;
        if (data.Length < 2 || data.Length < 2 + data[0] || data.Length < 2 + data[0] + data[1 + data[0]])
        {
            return false;
        }

        var password = data.Slice(2 + data[0], data[1 + data[0]]);
        auth = new GostAuth(Encoding.UTF8.GetString(data.Slice(1, data[0])), Encoding.UTF8.GetString(password));
        return true;
    }

    // A bind to any address comes as an empty name with port 0.
    private static bool SocksAddressOrNone(ReadOnlySpan<byte> data, out Destination? address)
    {
        address = null;
        if (data.Length == 4 && data[0] == SocksAddress.Name && data[1] == 0 && BinaryPrimitives.ReadUInt16BigEndian(data[2..]) == 0)
        {
            return true;
        }

        var ok = SocksAddress.TryRead(data, out var read, out _);
        address = ok ? read : null;
        return ok;
    }
}
