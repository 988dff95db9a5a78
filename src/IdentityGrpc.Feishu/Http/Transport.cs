using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Feishu.Http;

/// <summary>Sends bytes and reads bytes: one exchange a call, HTTP/1.1, over connections that live long.</summary>
internal sealed class Transport : IDisposable
{
    private const int FirstBuffer = 16 << 10;
    private static readonly MediaTypeHeaderValue s_json = new("application/json", "utf-8");
    private static readonly ProductInfoHeaderValue s_agent = new("IdentityGrpc", "1.0");
    private static readonly SearchValues<char> s_logIdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    // What is posted says in its body whom it asks about: its URLs are few, and a new one is read anew for each call.
    private readonly ConcurrentDictionary<(Uri, string), Uri> _posted = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly int _maxBody;

    public Transport(FeishuOptions options)
    {
        _maxBody = options.MaxBodyBytes;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            // Shorter than servers commonly keep a connection open, so that a call seldom meets one that is being closed.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = options.MaxConnections,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is { } proxy ? new WebProxy(proxy) : null,
            AutomaticDecompression = DecompressionMethods.GZip,
            // No trace headers for the platform, and no traces of the runtime's own: their URLs would hold ids of people.
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Sends the request and reads the whole answer. Trouble is a reply; only cancellation throws.</summary>
    public async Task<Reply> SendAsync(Uri baseUrl, ApiRequest request, string? bearer, Permit permit, CancellationToken cancellation)
    {
        using var message = Message(baseUrl, request, bearer, permit);
        try
        {
            using var response = await _invoker.SendAsync(message, cancellation);
            permit.Answered();
            var reply = new Reply(Exchange.Answered)
            {
                Status = (int)response.StatusCode,
                Reset = Reset(response.Headers),
                LogId = LogId(response.Headers),
            };
            return await ReadBodyAsync(response.Content, cancellation) is { } body
                ? reply with { Body = body }
                : reply with { Exchange = Exchange.TooLarge };
        }
        catch (HttpRequestException e)
        {
            return new Reply(Exchange.Broken) { Fault = e.HttpRequestError.ToString() };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return new Reply(Exchange.Broken) { Fault = e is HttpIOException io ? io.HttpRequestError.ToString() : e.GetType().Name };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Reply(Exchange.Broken) { Fault = "ConnectTimeout" };
        }
    }

    public void Dispose() => _invoker.Dispose();

    private HttpRequestMessage Message(Uri baseUrl, ApiRequest request, string? bearer, Permit permit)
    {
        var uri = request.Method == HttpMethod.Post
            ? _posted.GetOrAdd((baseUrl, request.PathAndQuery), static url => UriOf(url.Item1, url.Item2))
            : UriOf(baseUrl, request.PathAndQuery);
        var message = new HttpRequestMessage(request.Method, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        message.Headers.UserAgent.Add(s_agent);
        if (bearer is not null) message.Headers.Authorization = new("Bearer", bearer);
        // A body, be it empty: the runtime repeats a bodiless call up to three times when the server hangs up, past budget and count.
        message.Content = new SentContent(request.Body ?? [], permit) { Headers = { ContentType = s_json } };
        return message;
    }

    // Uri must not tidy the path: an id that looks like a dot segment would become another path.
    private static Uri UriOf(Uri baseUrl, string pathAndQuery) =>
        new(baseUrl.AbsoluteUri.TrimEnd('/') + pathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>The body in a rented buffer, or null when it passes the bound: what lies beyond is never read.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > _maxBody) return null;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int?)content.Headers.ContentLength + 1 ?? FirstBuffer);
        bool isRead = false;
        try
        {
            int length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and int read)
            {
                length += read;
                if (length > _maxBody) return null;
                if (length < buffer.Length) continue;
                byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            isRead = true;
            return buffer.AsMemory(0, length);
        }
        finally
        {
            if (!isRead) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static TimeSpan? Reset(HttpResponseHeaders headers) =>
        headers.TryGetValues("x-ogw-ratelimit-reset", out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && seconds > 0 && double.IsFinite(seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds))
            : null;

    private static string? LogId(HttpResponseHeaders headers) =>
        (headers.TryGetValues("X-Tt-Logid", out var values) || headers.TryGetValues("X-Request-Id", out values))
        && values.First() is { Length: > 0 and <= 64 } id && !id.AsSpan().ContainsAnyExcept(s_logIdCharacters)
            ? id
            : null;
}
