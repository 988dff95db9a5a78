using System.Net;
using System.Net.Sockets;

namespace IdentityGrpc.Testing;

/// <summary>
/// Finds ports for servers that cannot be told to listen on port 0, or that must come back on the port they had.
/// </summary>
/// <remarks>
/// The ports lie below the range that systems give to outgoing connections. A port inside that range may be taken by
/// some client while its server is down, even by the client that tries to reconnect to it, which then talks to itself.
/// </remarks>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes that run side by side start at different places.
    private static int s_next = Environment.ProcessId * 97;

    /// <summary>A loopback port that nothing listens on now, and that no other caller in this process gets.</summary>
    /// <exception cref="InvalidOperationException">All ports of the range are taken.</exception>
    public static int Next()
    {
        for (var i = 0; i < Count; i++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free on loopback.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
