using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Events;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Where an app's events go. A new URL must pass the platform's challenge, unless <c>verify</c> is false.</summary>
internal static class SubscriptionControl
{
    public static async Task SubscribeAsync(ControlCall call)
    {
        call.Knows("url", "encrypt_key", "token", "retries", "duplicates", "reorder", "event_types", "verify");
        var app = call.FindApp(call.PathValue("app"));
        if (!Uri.TryCreate(call.Text("url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            call.Mistakes.Add("url: an absolute http or https URL is needed.");
        }

        var types = call.Texts("event_types");
        var verify = call.Flag("verify", true);
        var subscription = new Subscription
        {
            Url = url!,
            EncryptKey = call.Text("encrypt_key") is { Length: > 0 } key ? key : null,
            Token = call.Text("token") ?? "",
            Retries = call.Flag("retries", true),
            Duplicates = call.Number("duplicates", 0, 10) ?? 0,
            Reorder = call.Flag("reorder", false),
            Types = types is null ? null : types.ToHashSet(),
        };
        if (call.Mistakes.Count > 0)
        {
            return;
        }

        if (verify && await call.Platform.Events.VerifyAsync(subscription, call.Cancellation) is { } failure)
        {
            call.Mistakes.Add(failure);
            return;
        }

        call.Platform.Events.Subscribe(app!, subscription);
        call.Platform.Tickets.Push(app!);
    }

    public static bool Write(ControlCall call)
    {
        Write(call.Writer, call.Platform, call.FindApp(call.PathValue("app"))!);
        return true;
    }

    public static bool WriteAll(ControlCall call)
    {
        call.Writer.WriteStartObject();
        call.Writer.WriteStartArray("subscriptions"u8);
        foreach (var app in call.Platform.Apps.Where(app => call.Platform.Events.SenderOf(app) is not null))
        {
            Write(call.Writer, call.Platform, app);
        }

        call.Writer.WriteEndArray();
        call.Writer.WriteEndObject();
        return true;
    }

    public static bool End(ControlCall call)
    {
        if (call.FindApp(call.PathValue("app")) is not { } app)
        {
            return false;
        }

        call.Platform.Events.Subscribe(app, null);
        return Done.Write(call);
    }

    private static void Write(Utf8JsonWriter writer, Platform platform, App app)
    {
        writer.WriteStartObject();
        writer.WriteString("app"u8, app.Name);
        if (platform.Events.SenderOf(app) is { } sender)
        {
            var (sent, delivered, failed, dropped, retrying) = sender.Counts;
            writer.WriteString("url"u8, sender.Subscription.Url.ToString());
            writer.WriteBoolean("encrypted"u8, sender.Subscription.EncryptKey is not null);
            writer.WriteNumber("sent"u8, sent);
            writer.WriteNumber("delivered"u8, delivered);
            writer.WriteNumber("failed"u8, failed);
            writer.WriteNumber("dropped"u8, dropped);
            writer.WriteNumber("retrying"u8, retrying);
        }

        writer.WriteEndObject();
    }
}
