using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdentityGrpc.Testing;

/// <summary>
/// A connection that speaks the protocol of Redis and nothing more: it neither introduces itself nor comes back, so that what
/// listens to a server adds nothing to what is heard there.
/// </summary>
internal sealed class RedisWire : IDisposable
{
    private readonly TcpClient _client = new(AddressFamily.InterNetwork) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    private RedisWire() { }

    /// <summary>This side, as Redis names its clients.</summary>
    public string Name { get; private set; } = "";

    /// <exception cref="InvalidOperationException">Redis refuses the password.</exception>
    public static async Task<RedisWire> ConnectAsync(int port, string? password, CancellationToken cancellationToken)
    {
        var wire = new RedisWire();
        try
        {
            await wire._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            wire.Name = wire._client.Client.LocalEndPoint!.ToString()!;
            if (password is not null) await wire.AskAsync(cancellationToken, "AUTH", password);
            return wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The values of the reply one after the other, however deep they lie.</returns>
    /// <exception cref="InvalidOperationException">The reply is an error.</exception>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async Task<List<byte[]>> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        string text = $"*{command.Length}\r\n{string.Concat(command.Select(c => $"${Encoding.UTF8.GetByteCount(c)}\r\n{c}\r\n"))}";
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        var values = new List<byte[]>();
        for (int left = 1; left > 0; left--)
        {
            byte[] head = (await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("Redis has closed the connection.")).ToArray();
            string rest = Encoding.UTF8.GetString(head.AsSpan(1));
            switch ((char)head[0])
            {
                case '-':
                    throw new InvalidOperationException($"Redis refuses {command[0]}: {rest}");
                case '*':
                    left += int.Parse(rest, CultureInfo.InvariantCulture);
                    break;
                case '$':
                    values.Add(await ReadAsync(int.Parse(rest, CultureInfo.InvariantCulture), cancellationToken));
                    break;
                default:
                    values.Add(head[1..]);
                    break;
            }
        }
        return values;
    }

    /// <summary>The next line without its end; null: the connection has ended. Good until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        int searched = _start;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + length - _start);
                _start = searched + length + 1;
                return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
            }
            int known = _end - _start;
            if (!await FillAsync(cancellationToken)) return null;
            searched = _start + known;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadAsync(int length, CancellationToken cancellationToken)
    {
        if (length < 0) return [];
        const int Ending = 2;
        while (_end - _start < length + Ending)
        {
            if (!await FillAsync(cancellationToken)) throw new EndOfStreamException("Redis has closed the connection.");
        }
        byte[] value = _buffer.AsSpan(_start, length).ToArray();
        _start += length + Ending;
        return value;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = await _client.GetStream().ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }
}
