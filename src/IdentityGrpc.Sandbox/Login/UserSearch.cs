using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Login;

/// <summary>People by a part of their name, for a login user; never external or resigned ones (R40).</summary>
internal static class UserSearch
{
    public static readonly Api Api = new("GET", "/open-apis/search/v1/user", Handle)
    {
        Tokens = TokenKinds.User,
        Scopes = [Scopes.UserSearch],
        Message = "ok",
    };

    private static ApiError? Handle(ApiCall call)
    {
        var query = call.Query("query");
        if (string.IsNullOrEmpty(query))
        {
            return Errors.Validation("query", "", "query is required");
        }

        if (Page.Read(call, standard: 20, most: 200, out var page) is { } invalid)
        {
            return invalid;
        }

        var last = -1;
        var found = 0;
        var hasMore = false;
        call.Writer.WriteStartArray("users"u8);
        for (var index = page.After + 1; index < call.Tenant.Count && !hasMore; index++)
        {
            if (call.Tenant.Find(index) is not { IsResigned: false } user || !Matches(user, query))
            {
                continue;
            }

            hasMore = found == page.Size;
            if (!hasMore)
            {
                Write(call, user);
                last = index;
                found++;
            }
        }

        call.Writer.WriteEndArray();
        page.WriteEnd(hasMore, last);
        return null;
    }

    private static bool Matches(Person user, string query) =>
        user.Name.Contains(query, StringComparison.OrdinalIgnoreCase) || user.EnName.Contains(query, StringComparison.OrdinalIgnoreCase);

    private static void Write(ApiCall call, Person user)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        UserWriter.WriteAvatar(writer, user);
        writer.WriteStartArray("department_ids"u8);
        foreach (var department in user.Departments)
        {
            writer.WriteStringValue(call.Tenant.Departments[department].OpenId);
        }

        writer.WriteEndArray();
        writer.WriteString("name"u8, user.Name);
        writer.WriteString("open_id"u8, call.Company.OpenId(call.App.Index, user));
        if (!call.App.IsStore && call.Grants.Has(FieldScopes.UserId))
        {
            writer.WriteString("user_id"u8, user.UserId);
        }

        writer.WriteEndObject();
    }
}
