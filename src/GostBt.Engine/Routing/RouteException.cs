using System.Net.Sockets;
using GostBt.Engine.Relay;

namespace GostBt.Engine.Routing;

/// <summary>A destination cannot be reached.</summary>
internal sealed class RouteException(RouteFailure failure, Exception? innerException = null)
    : IOException(innerException?.Message ?? failure.ToString(), innerException)
{
    internal RouteFailure Failure { get; } = failure;

    internal static RouteException From(Exception cause) => new(
        cause switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => RouteFailure.Refused,
            SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable } => RouteFailure.NetworkUnreachable,
            SocketException { SocketErrorCode: SocketError.AccessDenied } => RouteFailure.Forbidden,
            SocketException => RouteFailure.HostUnreachable,
            RelayRefusedException { Status: RelayStatus.Forbidden } => RouteFailure.Forbidden,
            RelayRefusedException { Status: RelayStatus.NetworkUnreachable } => RouteFailure.NetworkUnreachable,
            RelayRefusedException { Status: RelayStatus.HostUnreachable or RelayStatus.Timeout } => RouteFailure.HostUnreachable,
            _ => RouteFailure.General,
        },
        cause);
}
