using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>The few writes that change who an id belongs to: a new user_id, resigning, restoring (reference §3.2).</summary>
internal static class UserWrites
{
    private const int MaxUserId = 64;

    // Above 30 days, or never resigned: of 44028 to 44034 only 44032 is told apart by the reference.
    private static readonly ApiError NotRestorable = new(400, 44028, "user is not in recoverable state");
    private static readonly ApiError UserIdTaken = new(400, 44032, "user id is occupied");

    public static readonly Api[] Apis =
    [
        new("PATCH", "/open-apis/contact/v3/users/:user_id/update_user_id", UpdateUserId)
        {
            Tokens = TokenKinds.Tenant,
            Scopes = [Scopes.UpdateUserId],
            Tier = RateTier.Eight,
            Writes = true,
        },
        new("DELETE", "/open-apis/contact/v3/users/:user_id", Delete) { Tokens = TokenKinds.Tenant, Scopes = [Scopes.WriteContact], Writes = true },
        new("POST", "/open-apis/contact/v3/users/:user_id/resurrect", Resurrect)
        {
            Tokens = TokenKinds.Tenant,
            Scopes = [Scopes.WriteContact],
            Tier = RateTier.One,
            Writes = true,
        },
    ];

    private static ApiError? UpdateUserId(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.NewUserIdRequest, out var request) is { } malformed)
        {
            return malformed;
        }

        if (Find(call, Errors.NoUserAuthority, out var user) is { } error)
        {
            return error;
        }

        var next = request.NewUserId;
        if (call.App.IsStore)
        {
            return Errors.NoUserAuthority;
        }

        if (string.IsNullOrEmpty(next))
        {
            return Errors.NewUserIdRequired;
        }

        if (next.Length > MaxUserId || next.Any(char.IsWhiteSpace))
        {
            return Errors.Parameter;
        }

        try
        {
            call.Platform.Editor.UpdateUser(user, PersonEdit.Of(user) with { UserId = next });
            return null;
        }
        catch (RefusedChangeException e) when (e.Refusal == ChangeRefusal.UserIdTaken)
        {
            return Errors.UserIdExists;
        }
    }

    private static ApiError? Delete(ApiCall call)
    {
        if (Find(call, Errors.NoUserAuthorityToDelete, out var user) is { } error)
        {
            return error;
        }

        if (!user.IsResigned)
        {
            call.Platform.Editor.ResignUser(user);
        }

        return null;
    }

    private static ApiError? Resurrect(ApiCall call)
    {
        if (call.UserIdType == UserIdType.UserId)
        {
            return Errors.Validation("user_id_type", "user_id", "options: [open_id,union_id]");
        }

        if (Find(call, Errors.NoUserAuthority, out var user) is { } error)
        {
            return error;
        }

        try
        {
            call.Platform.Editor.RestoreUser(user);
            return null;
        }
        catch (RefusedChangeException e)
        {
            return e.Refusal == ChangeRefusal.UserIdTaken ? UserIdTaken : NotRestorable;
        }
    }

    private static ApiError? Find(ApiCall call, ApiError outOfScope, out Person user)
    {
        user = default;
        call.CountKeys(1);
        if (UserIds.Read(call, [call.PathValue("user_id")], omitUnknown: false, resignedAreUnknown: false, out var people) is { } invalid)
        {
            return invalid;
        }

        if (people[0] is not { } found || !call.CanSee(found))
        {
            return outOfScope;
        }

        user = found;
        return null;
    }
}

/// <summary>The body of <c>update_user_id</c>.</summary>
internal sealed class NewUserIdRequest
{
    public string? NewUserId { get; init; }
}
