using System.Net.Http.Headers;
using System.Threading.Channels;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>
/// Sends one app's events in turn (reference §7.4): an answer of 200 within three seconds is success, anything else is tried
/// again after 15 s, 5 min, 1 h and 6 h, while the events behind go on.
/// </summary>
internal sealed class EventSender : IDisposable
{
    private const int MostWaiting = 100_000;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3), Together = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan[] RetryAfter = [TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    private readonly Channel<OutgoingEvent> waiting = Channel.CreateBounded<OutgoingEvent>(MostWaiting);
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly Switches switches;
    private readonly Random random;
    private int retrying;
    private long sent, delivered, failed, dropped;

    public EventSender(Subscription subscription, HttpClient http, TimeProvider time, Switches switches, int seed)
    {
        (Subscription, this.http, this.time, this.switches, random) = (subscription, http, time, switches, new Random(seed));
        Running = Task.Run(RunAsync);
    }

    public Subscription Subscription { get; }

    /// <summary>Ends when the sender is disposed.</summary>
    public Task Running { get; }

    /// <summary>Requests made; events answered 200; requests that were not; events given up for want of room or tries; events waiting for a retry.</summary>
    public (long Sent, long Delivered, long Failed, long Dropped, int Retrying) Counts =>
        (Interlocked.Read(ref sent), Interlocked.Read(ref delivered), Interlocked.Read(ref failed), Interlocked.Read(ref dropped), Volatile.Read(ref retrying));

    public void Enqueue(ReadOnlySpan<byte> plain)
    {
        var body = Subscription.EncryptKey is { } key ? EventSeal.Encrypt(plain, key) : plain.ToArray();
        for (var i = 0; i <= Subscription.Duplicates; i++)
        {
            Enqueue(new OutgoingEvent(body));
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        waiting.Writer.TryComplete();
    }

    private void Enqueue(OutgoingEvent outgoing)
    {
        if (!waiting.Writer.TryWrite(outgoing))
        {
            Interlocked.Increment(ref dropped);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stop.Token))
            {
                foreach (var outgoing in await NextAsync())
                {
                    await SendAsync(outgoing);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The subscription ended; what was waiting is not sent any more.
        }
    }

    private async Task<List<OutgoingEvent>> NextAsync()
    {
        if (Subscription.Reorder)
        {
            await Task.Delay(Together, time, stop.Token);
        }

        List<OutgoingEvent> next = [];
        while (next.Count < (Subscription.Reorder ? 1000 : 1) && waiting.Reader.TryRead(out var outgoing))
        {
            next.Add(outgoing);
        }

        if (Subscription.Reorder)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(next));
        }

        return next;
    }

    private async Task SendAsync(OutgoingEvent outgoing)
    {
        Interlocked.Increment(ref sent);
        outgoing.Attempts++;
        if (await TrySendAsync(outgoing))
        {
            Interlocked.Increment(ref delivered);
            return;
        }

        Interlocked.Increment(ref failed);
        if (!Subscription.Retries || outgoing.Attempts > RetryAfter.Length || Volatile.Read(ref retrying) >= MostWaiting)
        {
            Interlocked.Increment(ref dropped);
            return;
        }

        Interlocked.Increment(ref retrying);
        _ = RetryAsync(outgoing, RetryAfter[outgoing.Attempts - 1]);
    }

    private async Task RetryAsync(OutgoingEvent outgoing, TimeSpan after)
    {
        try
        {
            await Task.Delay(after, time, stop.Token);
            Enqueue(outgoing);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As above: nothing is sent after the end.
        }
        finally
        {
            Interlocked.Decrement(ref retrying);
        }
    }

    private async Task<bool> TrySendAsync(OutgoingEvent outgoing)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Subscription.Url) { Content = new ByteArrayContent(outgoing.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        if (Subscription.EncryptKey is { } key)
        {
            var headers = switches.ResendsSame && outgoing.FirstHeaders is { } first ? first : EventSeal.NewHeaders(time, key, outgoing.Body);
            outgoing.FirstHeaders ??= headers;
            request.Headers.Add("X-Lark-Request-Timestamp", headers.Timestamp);
            request.Headers.Add("X-Lark-Request-Nonce", headers.Nonce);
            request.Headers.Add("X-Lark-Signature", headers.Signature);
        }

        using var patience = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop.Token);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            return (int)response.StatusCode == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
