using System.Security.Cryptography;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Events;

namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>
/// The tickets of store apps (reference §1.2): a new one every hour, pushed by event, also when an app subscribes or asks. The
/// one before stays good, since a push may be late.
/// </summary>
internal sealed class AppTickets : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private readonly EventHub events;
    private readonly Lock gate = new();
    private readonly Dictionary<App, (string Current, string Previous)> tickets = [];
    private readonly ITimer timer;

    public AppTickets(IEnumerable<App> apps, EventHub events, TimeProvider time)
    {
        this.events = events;
        foreach (var app in apps.Where(app => app.IsStore))
        {
            var first = NewTicket();
            tickets[app] = (first, first);
        }

        timer = time.CreateTimer(_ => RenewAll(), null, Period, Period);
    }

    /// <summary>The ticket in force; null for a custom app.</summary>
    public string? Current(App app)
    {
        lock (gate)
        {
            return tickets.TryGetValue(app, out var ticket) ? ticket.Current : null;
        }
    }

    public bool IsGood(App app, string? ticket)
    {
        lock (gate)
        {
            return ticket is not null && tickets.TryGetValue(app, out var known) && (known.Current == ticket || known.Previous == ticket);
        }
    }

    /// <summary>Sends a store app its ticket again.</summary>
    public void Push(App app)
    {
        if (Current(app) is { } ticket)
        {
            events.PublishTicket(app, ticket);
        }
    }

    public void Dispose() => timer.Dispose();

    private void RenewAll()
    {
        List<App> apps;
        lock (gate)
        {
            apps = [.. tickets.Keys];
            foreach (var app in apps)
            {
                tickets[app] = (NewTicket(), tickets[app].Current);
            }
        }

        apps.ForEach(Push);
    }

    private static string NewTicket() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
