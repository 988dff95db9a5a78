using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdentityGrpc.Feishu.Tests.Wire;

/// <summary>A request as it came over the socket.</summary>
public sealed record ScriptedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Target.Split('?')[0];

    public string Query => Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";

    public bool IsToken => Path.StartsWith("/open-apis/auth/v3/", StringComparison.Ordinal);
}

/// <summary>What follows the bytes of an answer.</summary>
public enum Ending
{
    KeepAlive,
    Close,
    Reset,
    Silence,
}

/// <summary>An answer: exactly these bytes, then that ending.</summary>
public sealed record ScriptedAnswer(byte[] Bytes, Ending Ending = Ending.KeepAlive)
{
    /// <summary>Before the bytes are sent, this must complete.</summary>
    public Task? After { get; init; }

    public static ScriptedAnswer Json(string json, int status = 200, params string[] headers) =>
        Raw(status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(json), headers);

    public static ScriptedAnswer Text(string text, int status, string type = "text/plain") => Raw(status, type, Encoding.UTF8.GetBytes(text));

    public static ScriptedAnswer Raw(int status, string type, byte[] body, params string[] headers) =>
        new([.. Head(status, type, body.Length, headers), .. body]);

    /// <summary>A head that promises more body than follows.</summary>
    public static ScriptedAnswer Cut(string part, int promised, Ending ending) =>
        new([.. Head(200, "application/json", promised), .. Encoding.UTF8.GetBytes(part)], ending);

    public static ScriptedAnswer Nothing(Ending ending) => new([], ending);

    private static byte[] Head(int status, string type, int length, params string[] headers) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status} Scripted\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
}

/// <summary>A server on a real socket that answers each request with exactly the bytes that the test says.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<ScriptedRequest, ScriptedAnswer> _script;
    private readonly Task _accepting;

    public ScriptedServer(Func<ScriptedRequest, ScriptedAnswer> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is (OperationCanceledException or SocketException or InvalidOperationException))
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        using (socket)
        {
            try
            {
                await using var stream = new NetworkStream(socket);
                using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                while (await ReadAsync(reader) is { } request)
                {
                    Requests.Enqueue(request);
                    if (!await AnswerAsync(socket, stream, reader, _script(request))) return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client went away or the server is stopping: both are ordinary ends of a connection.
            }
        }
    }

    private async Task<bool> AnswerAsync(Socket socket, NetworkStream stream, StreamReader reader, ScriptedAnswer answer)
    {
        if (answer.After is { } signal) await signal.WaitAsync(_stop.Token);
        await stream.WriteAsync(answer.Bytes, _stop.Token);
        await stream.FlushAsync(_stop.Token);
        switch (answer.Ending)
        {
            case Ending.Reset:
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
                return false;
            case Ending.Silence:
                await reader.ReadLineAsync(_stop.Token);
                return false;
            default:
                return answer.Ending == Ending.KeepAlive;
        }
    }

    private async Task<ScriptedRequest?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_stop.Token) is not { Length: > 0 } line) return null;
        string[] parts = line.Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            headers[header[..colon]] = header[(colon + 1)..].Trim();
        }
        char[] body = new char[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        if (body.Length > 0) await reader.ReadBlockAsync(body, _stop.Token);
        return new(parts[0], parts[1], headers, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
    }
}
