using System.Net.Sockets;
using System.Text;

namespace IdentityGrpc.Testing;

/// <summary>
/// Listens to one run of a redis-server with MONITOR: every part of every command goes into a record as <c>redis</c>, those of
/// scripts too, and every key that is there at an orderly end as <c>redis-key</c>. What it asks itself is not recorded.
/// </summary>
internal sealed class RedisEar
{
    // Long: when an outage of Redis ends, tens of megabytes may be told within seconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly RedisWire _wire;
    private readonly int _port;
    private readonly string? _password;
    private readonly RunRecord _record;
    private readonly Task _listening;
    private readonly string _mark = $"ear-{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _self;

    private RedisEar(RedisWire wire, int port, string? password, RunRecord record)
    {
        (_wire, _port, _password, _record) = (wire, port, password, record);
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>Whether the connection has ended: nothing more is heard.</summary>
    public bool IsDeaf => _listening.IsCompleted;

    /// <summary>Begins to listen to a server that is ready.</summary>
    public static async Task<RedisEar> AttachAsync(int port, string? password, RunRecord record, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var wire = await RedisWire.ConnectAsync(port, password, limit.Token);
        try
        {
            await wire.AskAsync(limit.Token, "MONITOR");
            return new(wire, port, password, record);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Records all keys, and waits until what the server has been told so far has been heard: what a server has not yet sent is
    /// lost when it ends. The verdict fails where that cannot be done.
    /// </summary>
    public async Task FinishAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            using var wire = await RedisWire.ConnectAsync(_port, _password, limit.Token);
            _self = wire.Name;
            string cursor = "0";
            do
            {
                var reply = await wire.AskAsync(limit.Token, "SCAN", cursor, "COUNT", "1000");
                foreach (byte[] key in reply.Skip(1)) _record.Hear("redis-key", RedisText.Of(key));
                cursor = Encoding.ASCII.GetString(reply[0]);
            }
            while (cursor != "0");
            await wire.AskAsync(limit.Token, "ECHO", _mark);
            await _marked.Task.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException or OperationCanceledException)
        {
            // Whether a test fails must not hang on who listens to it.
            _record.Miss($"what the Redis on port {_port} was told: {e.Message}");
        }
    }

    /// <summary>Completes when all that the server has sent is in the record. To be called when it has ended.</summary>
    public async Task EndAsync()
    {
        await _listening.WaitAsync(s_limit);
        _wire.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await _wire.ReadLineAsync(CancellationToken.None) is { } line) Take(line.Span);
        }
        catch (IOException)
        {
            // The server was killed, which is an end like any other.
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var (client, parts) = RedisText.Parse(line);
        if (client == _self)
        {
            if (RedisText.Of(parts[^1]) == _mark) _marked.TrySetResult();
            return;
        }
        string command = parts.Count > 0 ? RedisText.Of(parts[0]) : "";
        foreach (byte[] part in parts.Skip(1)) _record.Hear("redis", $"{command} {RedisText.Of(part)}");
    }
}
