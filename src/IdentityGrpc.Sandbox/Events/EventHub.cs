using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>
/// Tells every subscribed app what happened in its tenants, as far as the app's contact scope and field scopes reach
/// (reference §7.2). Events are written while the change is made, so that each tells exactly that state.
/// </summary>
internal sealed class EventHub : IDisposable
{
    // Any of these opens the contact events.
    private static readonly string[] Needed = [Scopes.ContactBase, Scopes.ReadonlyAsApp, Scopes.AccessAsApp];

    private readonly Company company;
    private readonly TimeProvider time;
    private readonly Switches switches;
    private readonly IReadOnlyList<App> apps;
    private readonly EventSender?[] senders;
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseCookies = false, AllowAutoRedirect = false })
    {
        // Each request has its own limit, on the sandbox's clock.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private long counter;

    public EventHub(Company company, IReadOnlyList<App> apps, TimeProvider time, Switches switches)
    {
        (this.company, this.apps, this.time, this.switches) = (company, apps, time, switches);
        senders = new EventSender?[apps.Count];
    }

    public EventSender? SenderOf(App app) => Volatile.Read(ref senders[app.Index]);

    public Task<string?> VerifyAsync(Subscription subscription, CancellationToken cancellation) =>
        UrlVerification.VerifyAsync(subscription, http, time, cancellation);

    /// <summary>Starts, replaces or, with null, ends an app's subscription.</summary>
    public void Subscribe(App app, Subscription? subscription)
    {
        var sender = subscription is null ? null : new EventSender(subscription, http, time, switches, app.Index);
        Interlocked.Exchange(ref senders[app.Index], sender)?.Dispose();
    }

    public void Publish(CompanyChange change)
    {
        foreach (var app in apps)
        {
            if (SenderOf(app) is { } sender && app.In(change.Tenant) is not null && app.Grants.HasAny(Needed) && IsVisible(app.ContactScope, change))
            {
                Send(sender, app, change.Tenant, TypeOf(change), writer => Write(writer, app, change));
            }
        }
    }

    /// <summary>Tells an app that its contact scope changed: the entries that were configured, not everybody behind them.</summary>
    public void PublishScope(App app, ContactScope before, ContactScope after)
    {
        if (SenderOf(app) is not { } sender || !app.Grants.HasAny(Needed))
        {
            return;
        }

        foreach (var tenant in app.Installations.Select(installation => installation.Tenant!))
        {
            Send(sender, app, tenant, "contact.scope.updated_v3", writer => ScopeEvent.Write(writer, company, app, tenant, before, after));
        }
    }

    /// <summary>Pushes a store app its ticket, in the older envelope (reference §1.2).</summary>
    public void PublishTicket(App app, string ticket)
    {
        if (SenderOf(app) is not { } sender)
        {
            return;
        }

        Send(sender, writer =>
        {
            writer.WriteString("ts"u8, (time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture));
            writer.WriteString("uuid"u8, NextId());
            writer.WriteString("token"u8, sender.Subscription.Token);
            writer.WriteString("type"u8, "event_callback"u8);
            writer.WriteStartObject("event"u8);
            writer.WriteString("app_id"u8, app.Id);
            writer.WriteString("app_ticket"u8, ticket);
            writer.WriteString("type"u8, "app_ticket"u8);
            writer.WriteEndObject();
        });
    }

    public void Dispose()
    {
        foreach (var sender in senders)
        {
            sender?.Dispose();
        }

        http.Dispose();
    }

    private static bool IsVisible(ContactScope scope, CompanyChange change) => change switch
    {
        UserCreated created => scope.Contains(created.User),
        UserUpdated updated => scope.Contains(updated.Before) || scope.Contains(updated.After),
        UserDeleted deleted => scope.Contains(deleted.Before),
        DepartmentCreated created => scope.Contains(created.State.Department),
        DepartmentUpdated updated => scope.Contains(updated.After.Department) || (updated.Before.Parent is { } parent && scope.Contains(parent)),
        DepartmentDeleted deleted => scope.Contains(deleted.Before.Department),
        _ => throw new InvalidOperationException($"{change.GetType().Name} is no known change."),
    };

    private static string TypeOf(CompanyChange change) => change switch
    {
        UserCreated => "contact.user.created_v3",
        UserUpdated => "contact.user.updated_v3",
        UserDeleted => "contact.user.deleted_v3",
        DepartmentCreated => "contact.department.created_v3",
        DepartmentUpdated => "contact.department.updated_v3",
        DepartmentDeleted => "contact.department.deleted_v3",
        _ => throw new InvalidOperationException($"{change.GetType().Name} is no known change."),
    };

    private void Write(Utf8JsonWriter writer, App app, CompanyChange change)
    {
        var complete = switches.OldObjectIsComplete;
        switch (change)
        {
            case UserCreated created:
                UserEvent.WriteObject(writer, company, app, created.User);
                break;
            case UserUpdated updated:
                UserEvent.WriteObject(writer, company, app, updated.After);
                UserEvent.WriteOldObject(writer, company, app, updated.Before, updated.After, complete);
                break;
            case UserDeleted deleted:
                UserEvent.WriteDeleted(writer, company, app, deleted.Before, deleted.After);
                break;
            case DepartmentCreated created:
                DepartmentEvent.WriteObject(writer, company, app, created.Tenant, created.State);
                break;
            case DepartmentUpdated updated:
                DepartmentEvent.WriteObject(writer, company, app, updated.Tenant, updated.After);
                DepartmentEvent.WriteOldObject(writer, app, updated.Before, updated.After, complete);
                break;
            case DepartmentDeleted deleted:
                DepartmentEvent.WriteDeleted(writer, deleted.Before);
                break;
        }
    }

    private void Send(EventSender sender, App app, Tenant tenant, string type, Action<Utf8JsonWriter> write)
    {
        if (sender.Subscription.Types is { } types && !types.Contains(type))
        {
            return;
        }

        Send(sender, writer =>
        {
            writer.WriteString("schema"u8, "2.0"u8);
            writer.WriteStartObject("header"u8);
            writer.WriteString("event_id"u8, NextId());
            writer.WriteString("event_type"u8, type);
            writer.WriteString("create_time"u8, time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            writer.WriteString("token"u8, sender.Subscription.Token);
            writer.WriteString("app_id"u8, app.Id);
            writer.WriteString("tenant_key"u8, tenant.Key);
            writer.WriteEndObject();
            writer.WriteStartObject("event"u8);
            write(writer);
            writer.WriteEndObject();
        });
    }

    private static void Send(EventSender sender, Action<Utf8JsonWriter> write)
    {
        // Not the thread's response buffer: the answer of the call that made the change is in it.
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(bytes, ResponseBuffer.Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        sender.Enqueue(bytes.WrittenSpan);
    }

    private string NextId()
    {
        var number = (ulong)Interlocked.Increment(ref counter);
        return Hex.Of(Hash.Mix(company.Seed ^ 0xE1, number)) + Hex.Of(Hash.Mix(company.Seed ^ 0xE2, number));
    }
}
