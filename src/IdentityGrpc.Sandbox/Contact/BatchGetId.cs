using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// Ids by e-mail and mobile (reference §2): one row for each input, e-mails first. Unknown, out of scope, resigned and business
/// e-mail are the same row without an id (U8).
/// </summary>
internal static class BatchGetId
{
    private const int Most = 50;

    public static readonly Api Api = new("POST", "/open-apis/contact/v3/users/batch_get_id", Handle)
    {
        Tokens = TokenKinds.Tenant,
        Scopes = [Scopes.UserIdByContact],
    };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.BatchGetIdRequest, out var request) is { } malformed)
        {
            return malformed;
        }

        var (emails, mobiles) = (request.Emails ?? [], request.Mobiles ?? []);
        call.CountKeys(emails.Length + mobiles.Length);
        var unlimited = call.Platform.Switches.ContactsUnlimited;
        if (!unlimited && (emails.Length > Most || mobiles.Length > Most))
        {
            return Errors.Validation(emails.Length > Most ? "emails" : "mobiles", "", "the max len is 50");
        }

        var withId = call.UserIdType != UserIdType.UserId || call.Grants.Has(FieldScopes.UserId);
        if (!withId && call.Platform.Switches.MissingUserIdScopeFails)
        {
            return Errors.MissingAppScopes([Scopes.EmployeeId]);
        }

        if (emails.Length + mobiles.Length == 0)
        {
            return null;
        }

        call.Writer.WriteStartArray("user_list"u8);
        foreach (var email in emails)
        {
            WriteRow(call, "email"u8, email, call.Tenant.FindByEmail(email ?? ""), request.IncludeResigned, withId);
        }

        foreach (var mobile in mobiles)
        {
            WriteRow(call, "mobile"u8, mobile, call.Tenant.FindByMobile(mobile ?? ""), request.IncludeResigned, withId);
        }

        call.Writer.WriteEndArray();
        return null;
    }

    private static void WriteRow(ApiCall call, ReadOnlySpan<byte> kind, string? contact, Person? found, bool includeResigned, bool withId)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteString(kind, contact);
        if (withId && found is { } person && (includeResigned || !person.IsResigned) && call.CanSee(person))
        {
            if (call.Grants.Has(FieldScopes.Employee))
            {
                UserStatusWriter.Write(writer, person.Status);
            }

            writer.WriteString("user_id"u8, UserIds.Write(call, person));
        }

        writer.WriteEndObject();
    }
}

/// <summary>The body of <c>batch_get_id</c>: at most 50 of each.</summary>
internal sealed class BatchGetIdRequest
{
    public string[]? Emails { get; init; }

    public string[]? Mobiles { get; init; }

    public bool IncludeResigned { get; init; }
}
