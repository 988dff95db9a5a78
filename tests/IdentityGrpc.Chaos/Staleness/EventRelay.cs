using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>How badly events travel.</summary>
/// <param name="Lost">The share that never arrives.</param>
/// <param name="Twice">The share that arrives again, later.</param>
/// <param name="MostDelay">The longest way; events overtake each other on it.</param>
internal sealed record Post(double Lost, double Twice, TimeSpan MostDelay)
{
    /// <summary>How long a change takes from one replica to the other, at most.</summary>
    public static readonly TimeSpan ToOthers = TimeSpan.FromSeconds(1);
}

/// <summary>
/// Stands between the sandbox and the replicas: takes each event, and gives it to one of them late, twice, out of turn
/// or never. What a replica has answered with 200, it knows.
/// </summary>
internal sealed class EventRelay(Upheaval upheaval, IReadOnlyList<Replica> replicas, Post post, int swallow, int seed) : IAsyncDisposable
{
    // By then the replicas have everybody in memory.
    private const int SwallowedFrom = 100;
    private readonly HttpClient _http = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _arrived = [];
    private readonly List<Task> _travelling = [];
    private WebApplication? _app;
    private int _delivered, _refused, _swallowed;

    public Uri Url { get; private set; } = null!;

    /// <summary>Events that a replica answered with 200; those it answered otherwise; those claimed and never given.</summary>
    public (int Delivered, int Refused, int Swallowed) Counts => (_delivered, _refused, _swallowed);

    public async Task StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/{app}", TakeAsync);
        await _app.StartAsync(cancellation);
        Url = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Waits for what is under way.</summary>
    public async Task SettleAsync()
    {
        Task[] travelling;
        lock (_random) travelling = [.. _travelling];
        await Task.WhenAll(travelling);
    }

    public async ValueTask DisposeAsync()
    {
        await SettleAsync();
        if (_app is not null) await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task TakeAsync(HttpContext context, string app)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.Where(h => h.Key.StartsWith("X-Lark-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key, h => (string?)h.Value);
        lock (_random)
        {
            int number = _arrived[app] = _arrived.GetValueOrDefault(app) + 1;
            var letter = new Letter(app, number - 1, body.ToArray(), headers);
            if (_random.NextDouble() >= post.Lost) Send(letter);
            if (_random.NextDouble() < post.Twice) Send(letter);
        }
    }

    private void Send(Letter letter)
    {
        var replica = replicas[_random.Next(replicas.Count)];
        _travelling.Add(DeliverAsync(letter, replica, _random.NextDouble() * post.MostDelay));
    }

    private async Task DeliverAsync(Letter letter, Replica replica, TimeSpan delay)
    {
        await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
        if (letter.Number >= SwallowedFrom && letter.Number < SwallowedFrom + swallow)
        {
            Interlocked.Increment(ref _swallowed);
        }
        else if (await TryGiveAsync(letter, replica))
        {
            Interlocked.Increment(ref _delivered);
        }
        else
        {
            Interlocked.Increment(ref _refused);
            return;
        }
        var (person, version) = await upheaval.ChangeAsync(letter.Number);
        replica.Knowledge.Learn(letter.App, person.Index, version);
        await Task.Delay(Post.ToOthers, TimeProvider.System, CancellationToken.None);
        foreach (var other in replicas) other.Knowledge.Learn(letter.App, person.Index, version);
    }

    private async Task<bool> TryGiveAsync(Letter letter, Replica replica)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(replica.Server.Host.HttpUrl, $"/feishu/events/{letter.App}")) { Content = new ByteArrayContent(letter.Body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in letter.Headers) request.Headers.Add(name, value);
        using var response = await _http.SendAsync(request);
        return response.IsSuccessStatusCode;
    }

    private sealed record Letter(string App, int Number, byte[] Body, IReadOnlyDictionary<string, string?> Headers);
}
