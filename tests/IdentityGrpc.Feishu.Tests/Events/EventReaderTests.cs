using System.Text;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Events;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Feishu.Tests.Events;

/// <summary>Reference §7.4: what is taken, what is refused, and with which status.</summary>
public class EventReaderTests
{
    private const string Key = "test key", Token = "vt", AppId = "cli_sbx01", Tenant = "tk_sandbox_0001";
    private static readonly App s_app = new("default", new(AppId), new("sandbox"), [new(Tenant), new("tk_other")]);
    private static readonly EventReader s_encrypted = new(new EventSource(s_app, Key, Token));
    private static readonly EventReader s_plain = new(new EventSource(s_app, null, Token));
    private static readonly object s_challenge = new { challenge = "c-1", token = Token, type = "url_verification" };

    [Fact]
    public void Decrypt_ReferenceVector_IsHelloWorld() =>
        Assert.Equal("hello world", Encoding.UTF8.GetString(EventSeal.Decrypt(Encoding.UTF8.GetBytes(Key), "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=")!));

    [Theory]
    [InlineData("bed8fdd3e4bbc581364c140b572ec676edff3db612d57bbc07a24d062c40ddf3", true)]
    [InlineData("BED8FDD3E4BBC581364C140B572EC676EDFF3DB612D57BBC07A24D062C40DDF3", true)]
    [InlineData("bed8fdd3e4bbc581364c140b572ec676edff3db612d57bbc07a24d062c40ddf4", false)]
    [InlineData("bed8fdd3e4bbc581364c140b572ec676edff3db612d57bbc07a24d062c40ddf", false)]
    [InlineData("zed8fdd3e4bbc581364c140b572ec676edff3db612d57bbc07a24d062c40ddf3", false)]
    [InlineData("", false)]
    public void IsSigned_ReferenceVector_IsTrueInEitherCaseOnly(string signature, bool expected) => Assert.Equal(expected, EventSeal.IsSigned(
        Encoding.UTF8.GetBytes(Key), "1700000000", "n0nce", signature, Encoding.UTF8.GetBytes("""{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}""")));

    [Fact]
    public void Challenge_Plain_IsEchoed() => Assert.Equal(new EventPost.Challenge("c-1"), Read(s_plain, PlatformPost.Plain(s_challenge)));

    [Fact]
    public void Challenge_EncryptedAndUnsigned_IsEchoed() => Assert.Equal(new EventPost.Challenge("c-1"), Read(s_encrypted, PlatformPost.Encrypted(s_challenge, Key)));

    [Fact]
    public void Challenge_WithoutAConfiguredToken_IsEchoedForTheKeyAlone() =>
        Assert.Equal(new EventPost.Challenge("c-1"), Read(new(new EventSource(s_app, Key, null)), PlatformPost.Encrypted(s_challenge, Key)));

    [Fact]
    public void Challenge_WithAnotherToken_IsNotEchoed()
    {
        var foreign = new { challenge = "c-1", token = "another", type = "url_verification" };
        AssertRefused(EventRefusal.WrongToken, 401, s_plain, PlatformPost.Plain(foreign));
        AssertRefused(EventRefusal.WrongToken, 401, s_plain, PlatformPost.Plain(new { challenge = "c-1", type = "url_verification" }));
        AssertRefused(EventRefusal.Unsigned, 401, s_encrypted, PlatformPost.Encrypted(foreign, Key));
    }

    [Fact]
    public void Challenge_TooLongOrMissing_IsMalformed()
    {
        AssertRefused(EventRefusal.Malformed, 400, s_plain, PlatformPost.Plain(new { token = Token, type = "url_verification" }));
        AssertRefused(EventRefusal.Malformed, 400, s_plain, PlatformPost.Plain(new { challenge = new string('c', 2000), token = Token, type = "url_verification" }));
    }

    [Fact]
    public void Event_Signed_IsTaken() => Assert.Equal(ChangeKind.UserUpdated, Assert.IsType<EventPost.Directory>(Read(s_encrypted, PlatformPost.Signed(Event(), Key))).Change.Kind);

    [Fact]
    public void Event_PlainWithTheToken_IsTakenWhereTheAppGoesWithoutEncryption() => Assert.IsType<EventPost.Directory>(Read(s_plain, PlatformPost.Plain(Event())));

    [Fact]
    public void Event_Unsigned_IsRefused()
    {
        var post = PlatformPost.Signed(Event(), Key);
        AssertRefused(EventRefusal.Unsigned, 401, s_encrypted, post with { Signature = null });
        AssertRefused(EventRefusal.Unsigned, 401, s_encrypted, post with { Nonce = null });
        AssertRefused(EventRefusal.Unsigned, 401, s_encrypted, post with { Timestamp = null });
    }

    [Fact]
    public void Event_ChangedAfterSigning_IsRefused()
    {
        var post = PlatformPost.Signed(Event(), Key);
        AssertRefused(EventRefusal.WrongSignature, 401, s_encrypted, post with { Nonce = "another" });
        AssertRefused(EventRefusal.WrongSignature, 401, s_encrypted, post with { Timestamp = "1700000001" });
        AssertRefused(EventRefusal.WrongSignature, 401, s_encrypted, post with { Signature = new string('0', 64) });
        // The signature is over the bytes as sent: the same JSON written otherwise is not signed.
        AssertRefused(EventRefusal.WrongSignature, 401, s_encrypted, post with { Body = [.. post.Body, (byte)'\n'] });
    }

    [Fact]
    public void Event_EncryptedAndSignedWithAnotherKey_IsRefused()
    {
        AssertRefused(EventRefusal.WrongSignature, 401, s_encrypted, PlatformPost.Signed(Event(), "another key"));
        AssertRefused(EventRefusal.Malformed, 400, s_encrypted, PlatformPost.Encrypted(Event(), "another key").Sign(Key));
    }

    [Fact]
    public void Event_PlainThoughTheAppHasAKey_IsRefused()
    {
        AssertRefused(EventRefusal.NotEncrypted, 401, s_encrypted, PlatformPost.Plain(Event()));
        AssertRefused(EventRefusal.NotEncrypted, 401, s_encrypted, PlatformPost.Plain(Event()).Sign(Key));
        AssertRefused(EventRefusal.NotEncrypted, 401, s_encrypted, PlatformPost.Plain(s_challenge));
    }

    [Fact]
    public void Event_EncryptedThoughTheAppHasNoKey_IsMalformed() => AssertRefused(EventRefusal.Malformed, 400, s_plain, PlatformPost.Signed(Event(), Key));

    [Fact]
    public void Event_WithAnotherToken_IsRefused()
    {
        AssertRefused(EventRefusal.WrongToken, 401, s_encrypted, PlatformPost.Signed(Event(token: "another"), Key));
        AssertRefused(EventRefusal.WrongToken, 401, s_plain, PlatformPost.Plain(Event(token: "")));
    }

    [Fact]
    public void Event_OfAnotherAppOrTenant_IsRefused()
    {
        AssertRefused(EventRefusal.OtherApp, 403, s_encrypted, PlatformPost.Signed(Event(app: "cli_another"), Key));
        AssertRefused(EventRefusal.OtherTenant, 403, s_encrypted, PlatformPost.Signed(Event(tenant: "tk_unknown"), Key));
        AssertRefused(EventRefusal.OtherTenant, 403, s_encrypted, PlatformPost.Signed(Event(tenant: ""), Key));
        var second = Assert.IsType<EventPost.Directory>(Read(s_encrypted, PlatformPost.Signed(Event(tenant: "tk_other"), Key)));
        Assert.Equal(new TenantKey("tk_other"), second.Change.Scope.Tenant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"encrypt\":\"P37w+VZImNgPEO1RBh")]
    [InlineData("\u0001\u0002")]
    public void Body_NotAnObject_IsMalformed(string body)
    {
        AssertRefused(EventRefusal.Malformed, 400, s_encrypted, new(Encoding.UTF8.GetBytes(body)));
        AssertRefused(EventRefusal.Malformed, 400, s_encrypted, new PlatformPost(Encoding.UTF8.GetBytes(body)).Sign(Key));
        AssertRefused(EventRefusal.Malformed, 400, s_plain, new(Encoding.UTF8.GetBytes(body)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("P37w+VZImNgPEO1RBhJ6Rg==")] // the vector alone
    [InlineData("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEz")] // not whole blocks
    [InlineData("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk")] // base64 cut off
    public void Encrypt_Truncated_IsMalformedWhenSignedAndUnsignedElse(string sealedText)
    {
        var post = PlatformPost.Plain(new { encrypt = sealedText });
        var expected = sealedText.Length == 0 ? EventRefusal.NotEncrypted : EventRefusal.Malformed;
        AssertRefused(expected, expected.Status(), s_encrypted, post.Sign(Key));
        AssertRefused(sealedText.Length == 0 ? EventRefusal.NotEncrypted : EventRefusal.Unsigned, 401, s_encrypted, post);
    }

    // A padding oracle: who changes a captured post learns the same from every byte.
    [Fact]
    public void Encrypt_ChangedAnywhereAndUnsigned_IsAlwaysTheSameRefusal()
    {
        var post = PlatformPost.Encrypted(Event(), Key);
        byte[] sealedBytes = Convert.FromBase64String(System.Text.Json.JsonDocument.Parse(post.Body).RootElement.GetProperty("encrypt").GetString()!);
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            byte[] changed = [.. sealedBytes];
            changed[i] ^= 0x41;
            AssertRefused(EventRefusal.Unsigned, 401, s_encrypted, PlatformPost.Plain(new { encrypt = Convert.ToBase64String(changed) }));
        }
    }

    [Fact]
    public void Body_TooLarge_IsRefused()
    {
        byte[] body = new byte[EventReader.MaxBodyBytes + 1];
        AssertRefused(EventRefusal.TooLarge, 413, s_encrypted, new(body));
    }

    [Fact]
    public void AppTicket_OfEitherKey_IsTakenAndNeverShown()
    {
        var content = new { ts = "1767225600.5", uuid = "u1", token = Token, type = "event_callback", @event = new { app_id = AppId, app_ticket = "ticket-1", type = "app_ticket" } };
        var ticket = Assert.IsType<EventPost.AppTicket>(Read(s_encrypted, PlatformPost.Signed(content, Key)));
        Assert.Equal("ticket-1", ticket.Reveal());
        Assert.DoesNotContain("ticket-1", ticket.ToString(), StringComparison.Ordinal);
        Assert.IsType<EventPost.AppTicket>(Read(s_plain, PlatformPost.Plain(content)));
    }

    [Fact]
    public void AppTicket_OfAnotherApp_IsRefused() => AssertRefused(EventRefusal.OtherApp, 403, s_plain, PlatformPost.Plain(
        new { uuid = "u1", token = Token, type = "event_callback", @event = new { app_id = "cli_another", app_ticket = "ticket-1", type = "app_ticket" } }));

    [Theory]
    [InlineData("contact.custom_attr_event.updated_v3")]
    [InlineData("auth.user_access_token.revoked_v4")]
    [InlineData("im.message.receive_v1")]
    public void Event_OfNoInterest_IsGenuineAndNothing(string type) =>
        Assert.IsType<EventPost.Other>(Read(s_encrypted, PlatformPost.Signed(PlatformPost.Envelope(type, AppId, Tenant, Token, new { }), Key)));

    [Fact]
    public void Source_WithoutAnyKey_IsNone() => Assert.Throws<ArgumentException>(() => new EventSource(s_app, "", null));

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var random = new Random(20260701);
        byte[] genuine = PlatformPost.Plain(Event()).Body;
        string[] awkward = ["""{"\ud800":1,"type":"event_callback","event":{"\udc00x":2}}""", """{"type":"\ud800","challenge":"\ud800","token":"vt"}""", """{"token":"vt","type":"url_verification","challenge":"\ud800"}"""];
        foreach (string text in awkward) Assert.IsType<EventPost.Refused>(Read(s_plain, new(Encoding.UTF8.GetBytes(text))));
        for (int i = 0; i < 5_000; i++)
        {
            byte[] body = [.. genuine];
            for (int n = random.Next(1, 6); n > 0; n--) body[random.Next(body.Length)] = (byte)random.Next(256);
            var cut = body[..random.Next(body.Length + 1)];
            Read(s_plain, new(cut));
            Read(s_encrypted, PlatformPost.Encrypted(cut, Key).Sign(Key));
            Read(s_encrypted, new PlatformPost(cut).Sign(Key));
        }
    }

    private static object Event(string token = Token, string app = AppId, string tenant = Tenant) =>
        PlatformPost.Envelope("contact.user.updated_v3", app, tenant, token, new { @object = new { open_id = "ou_1f0c" } });

    private static EventPost Read(EventReader reader, PlatformPost post) => reader.Read(post.Body, new(post.Timestamp, post.Nonce, post.Signature));

    private static void AssertRefused(EventRefusal refusal, int status, EventReader reader, PlatformPost post)
    {
        Assert.Equal(new EventPost.Refused(refusal), Read(reader, post));
        Assert.Equal(status, refusal.Status());
    }
}
