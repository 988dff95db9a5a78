using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>One user by id, a resigned one too (R28). Out of scope and of another tenant is 41050.</summary>
internal static class UsersGet
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/users/:user_id", Handle) { Scopes = [Scopes.ContactBase, .. Scopes.Wide] };

    private static ApiError? Handle(ApiCall call)
    {
        call.CountKeys(1);
        if (UserIds.Read(call, [call.PathValue("user_id")], omitUnknown: false, resignedAreUnknown: false, out var people) is { } invalid)
        {
            return invalid;
        }

        if (people[0] is not { } person || !call.CanSee(person))
        {
            return Errors.NoUserAuthority;
        }

        call.Writer.WriteStartObject("user"u8);
        UserWriter.WriteMembers(call, person);
        call.Writer.WriteEndObject();
        return null;
    }
}
