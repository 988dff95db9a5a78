using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace IdentityGrpc.Testing;

/// <summary>A TCP proxy on loopback that delays each byte by the same time on its way to the server, and can be cut.</summary>
public sealed class SlowProxy : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly TcpListener _listener;
    private Task _accepting = Task.CompletedTask;
    private long _delay;
    private volatile bool _isCut;

    private SlowProxy(int target)
    {
        _target = target;
        _listener = new(IPAddress.Loopback, 0);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long what is sent to the server is on its way.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delay));
        set => Interlocked.Exchange(ref _delay, value.Ticks);
    }

    /// <summary>Starts one before a server on loopback.</summary>
    public static Task<SlowProxy> StartAsync(int target)
    {
        var proxy = new SlowProxy(target);
        proxy._listener.Start();
        proxy._accepting = proxy.AcceptAsync();
        return Task.FromResult(proxy);
    }

    /// <summary>Breaks all connections, and every new one.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var client in _open.Keys) client.Close();
    }

    /// <summary>Takes connections again.</summary>
    public void Join() => _isCut = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (_isCut) return;
            _open[client] = 0;
            await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            await Task.WhenAny(PassAsync(client, server, isDelayed: true), PassAsync(server, client, isDelayed: false));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The server is gone; so is the connection.
        }
        finally
        {
            _open.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool isDelayed)
    {
        var onTheWay = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        var writing = WriteAsync(onTheWay.Reader, to);
        try
        {
            byte[] buffer = new byte[BufferSize];
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                onTheWay.Writer.TryWrite((TimeProvider.System.GetTimestamp() + (isDelayed ? TicksOf(Delay) : 0), buffer[..read]));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut.
        }
        onTheWay.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(ChannelReader<(long At, byte[] Bytes)> onTheWay, TcpClient to)
    {
        try
        {
            await foreach (var (at, bytes) in onTheWay.ReadAllAsync(_end.Token))
            {
                long left = at - TimeProvider.System.GetTimestamp();
                if (left > 0) await Task.Delay(TimeSpan.FromSeconds((double)left / TimeProvider.System.TimestampFrequency), TimeProvider.System, _end.Token);
                await to.GetStream().WriteAsync(bytes, _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private static long TicksOf(TimeSpan delay) => (long)(delay.TotalSeconds * TimeProvider.System.TimestampFrequency);
}
