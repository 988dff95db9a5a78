using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Names of at most ten users; the one API that asks for no contact scope (reference §3.2).</summary>
internal static class UsersBasicBatch
{
    private const int Most = 10;

    public static readonly Api Api = new("POST", "/open-apis/contact/v3/users/basic_batch", Handle) { Scopes = [Scopes.BasicProfile], Tier = RateTier.Six };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.BasicBatchRequest, out var request) is { } malformed)
        {
            return malformed;
        }

        var ids = request.UserIds ?? [];
        call.CountKeys(ids.Length);
        if (ids.Length is 0 or > Most)
        {
            return Errors.Validation("user_ids", "", ids.Length == 0 ? "the min len is 1" : "the max len is 10");
        }

        if (UserIds.Read(call, ids, omitUnknown: false, resignedAreUnknown: true, out var people) is { } invalid)
        {
            return invalid;
        }

        call.Writer.WriteStartArray("users"u8);
        foreach (var person in people)
        {
            if (person is not { } user || user.Tenant != call.Tenant)
            {
                continue;
            }

            call.Writer.WriteStartObject();
            call.Writer.WriteStartObject("i18n_name"u8);
            call.Writer.WriteString("en_us"u8, user.EnName);
            call.Writer.WriteString("zh_cn"u8, user.Name);
            call.Writer.WriteEndObject();
            call.Writer.WriteString("name"u8, user.Name);
            call.Writer.WriteString("user_id"u8, UserIds.Write(call, user));
            call.Writer.WriteEndObject();
        }

        call.Writer.WriteEndArray();
        return null;
    }
}

/// <summary>The body of <c>basic_batch</c>: 1 to 10 ids.</summary>
internal sealed class BasicBatchRequest
{
    public string[]? UserIds { get; init; }
}
