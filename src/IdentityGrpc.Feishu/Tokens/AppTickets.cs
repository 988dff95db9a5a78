using System.Collections.Concurrent;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>Tickets in memory: one an app, good for 12 hours as in the platform's own SDK (reference §1.2).</summary>
internal sealed class AppTickets(TimeProvider time) : IAppTickets
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(12);
    private readonly ConcurrentDictionary<AppId, (string Ticket, long At)> _tickets = new();

    public ValueTask<string?> FindAsync(AppId app, CancellationToken cancellation) =>
        new(_tickets.TryGetValue(app, out var held) && time.GetElapsedTime(held.At) < s_life ? held.Ticket : null);

    public ValueTask PutAsync(AppId app, string ticket, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ticket);
        _tickets[app] = (ticket, time.GetTimestamp());
        return default;
    }

    public ValueTask DropAsync(AppId app, string refused, CancellationToken cancellation)
    {
        if (_tickets.TryGetValue(app, out var held) && held.Ticket == refused) _tickets.TryRemove(new(app, held));
        return default;
    }
}
