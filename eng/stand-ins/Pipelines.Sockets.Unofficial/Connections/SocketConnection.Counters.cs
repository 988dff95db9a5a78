using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

public sealed partial class SocketConnection
{
    private const long Unknown = -1;

    public Counters GetCounters() => new(AvailableOnSocket(), Sending);

    private long AvailableOnSocket()
    {
        try
        {
            return _socket.Available;
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            return Unknown;
        }
    }

    /// <summary>How many bytes are where, for error messages; -1 is unknown.</summary>
    public readonly struct Counters
    {
        internal Counters(long available, long sending)
        {
            BytesAvailableOnSocket = available;
            BytesWaitingToBeSent = sending;
            BytesWaitingToBeRead = Unknown;
        }

        public long BytesAvailableOnSocket { get; }

        public long BytesWaitingToBeSent { get; }

        public long BytesWaitingToBeRead { get; }
    }
}
