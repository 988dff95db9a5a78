using System.Security.Cryptography;
using System.Text.Json;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Events;

/// <summary>Tells what a post to an app's event endpoint is, and that it is genuine (reference §7.4). Pure: it answers nobody and changes nothing.</summary>
/// <remarks>
/// (1) The size. (2) With an encrypt key the body must be <c>{"encrypt": …}</c> and, if it carries a signature, signed; the bytes are
/// taken as received. (3) What is encrypted and not signed may be a challenge and nothing else: whatever else is wrong with it, the
/// refusal is the same. (4) The token, before anything is echoed. (5) App and tenant must be the configured ones. (6) The content.
/// </remarks>
public sealed class EventReader(EventSource source)
{
    /// <summary>The greatest body, in bytes: an event that lists thousands of departments is well below.</summary>
    public const int MaxBodyBytes = 4 << 20;

    private const int MaxChallengeLength = 1024, MaxIdLength = 128;

    /// <summary>Reads a post.</summary>
    /// <param name="body">The body as received.</param>
    /// <param name="headers">Its signature.</param>
    public EventPost Read(ReadOnlySpan<byte> body, EventHeaders headers)
    {
        if (body.Length > MaxBodyBytes) return Refuse(EventRefusal.TooLarge); // (1)
        if (EventJson.Parse(body) is not { } outer) return Refuse(EventRefusal.Malformed);
        if (!source.IsEncrypted) return outer.Text("encrypt") is null ? ReadPlain(outer, body, mayBeEvent: true) : Refuse(EventRefusal.Malformed);

        if (outer.Text("encrypt") is not { } sealedText) return Refuse(EventRefusal.NotEncrypted); // (2)
        bool isSigned = headers is { Timestamp: not null, Nonce: not null, Signature: not null };
        if (isSigned && !EventSeal.IsSigned(source.EncryptKey, headers.Timestamp!, headers.Nonce!, headers.Signature!, body)) return Refuse(EventRefusal.WrongSignature);
        byte[]? plain = EventSeal.Decrypt(source.EncryptKey, sealedText);
        if (plain is null || EventJson.Parse(plain) is not { } inner) return Refuse(isSigned ? EventRefusal.Malformed : EventRefusal.Unsigned); // (3)
        return ReadPlain(inner, plain, mayBeEvent: isSigned);
    }

    private EventPost ReadPlain(JsonElement content, ReadOnlySpan<byte> json, bool mayBeEvent)
    {
        var header = content.Object("header");
        bool isChallenge = content.Text("type") == "url_verification";
        if (!isChallenge && !mayBeEvent) return Refuse(EventRefusal.Unsigned); // (3)
        if (!source.IsToken(header?.Text("token") ?? content.Text("token"))) return Refuse(mayBeEvent ? EventRefusal.WrongToken : EventRefusal.Unsigned); // (4)
        if (isChallenge) return content.Text("challenge") is { Length: <= MaxChallengeLength } echo ? new EventPost.Challenge(echo) : Refuse(EventRefusal.Malformed);
        if (content.Object("event") is not { } body) return Refuse(EventRefusal.Malformed);
        if (header is null && content.Text("type") != "event_callback") return Refuse(EventRefusal.Malformed);

        var about = header ?? body; // (5)
        if (about.Text("app_id") != source.App.Id.Value) return Refuse(EventRefusal.OtherApp);
        string? type = header is { } known ? known.Text("event_type") : body.Text("type");
        if (type is null) return Refuse(EventRefusal.Malformed);
        if (type == "app_ticket") return body.Text("app_ticket") is { } ticket ? new EventPost.AppTicket(ticket) : Refuse(EventRefusal.Malformed); // (6)
        if (DirectoryEvents.KindOf(type) is not { } kind) return new EventPost.Other();
        if (about.Text("tenant_key") is not { } tenant || !source.App.Tenants.Contains(new TenantKey(tenant))) return Refuse(EventRefusal.OtherTenant);
        // An event without an id is known by what it says: it is applied all the same, and shows once.
        string id = (header is { } h ? h.Text("event_id") : content.Text("uuid")) is { Length: <= MaxIdLength } given ? given : Convert.ToHexStringLower(SHA256.HashData(json));
        var at = EventTime.Read(header is { } told ? told.Text("create_time") : content.Text("ts"), isSeconds: header is null);
        return new EventPost.Directory(DirectoryEvents.Read(kind, source.App.In(new TenantKey(tenant)), id, at, body));
    }

    private static EventPost.Refused Refuse(EventRefusal refusal) => new(refusal);
}
