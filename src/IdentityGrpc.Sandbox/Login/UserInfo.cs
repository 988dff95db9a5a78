using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Login;

/// <summary>
/// Who logged in (reference §5.1), and the historical passport endpoint of seed 003, which has no envelope and says
/// <c>sub</c> and <c>picture</c> besides (§5.2, R12, R13).
/// </summary>
internal static class UserInfo
{
    public static readonly Api[] Apis =
    [
        new("GET", "/open-apis/authen/v1/user_info", call => Handle(call, historical: false)) { Tokens = TokenKinds.User, TokenError = LoginErrors.InvalidAccessToken },
        new("GET", "/suite/passport/oauth/userinfo", call => Handle(call, historical: true))
        {
            Tokens = TokenKinds.User,
            Shape = AnswerShape.Bare,
            TokenError = LoginErrors.InvalidPassportToken,
        },
    ];

    private static ApiError? Handle(ApiCall call, bool historical)
    {
        if (call.Tenant.Find(call.Grant!.User) is not { } user)
        {
            return LoginErrors.UserNotExist;
        }

        switch (user.Status)
        {
            case UserStatus.Resigned:
                return LoginErrors.UserResigned;
            case UserStatus.Frozen:
                return LoginErrors.UserFrozen;
            case UserStatus.Unjoined:
                return LoginErrors.UserNotRegistered;
        }

        var openId = call.Company.OpenId(call.App.Index, user);
        if (historical)
        {
            call.Writer.WriteString("sub"u8, openId);
            call.Writer.WriteString("picture"u8, UserWriter.Avatar(user, "avatar_origin"));
        }

        Write(call, call.Writer, user, openId);
        return null;
    }

    private static void Write(ApiCall call, Utf8JsonWriter writer, Person user, string openId)
    {
        writer.WriteString("name"u8, user.Name);
        writer.WriteString("en_name"u8, user.EnName);
        writer.WriteString("avatar_url"u8, UserWriter.Avatar(user, "avatar_origin"));
        writer.WriteString("avatar_thumb"u8, UserWriter.Avatar(user, "avatar_72"));
        writer.WriteString("avatar_middle"u8, UserWriter.Avatar(user, "avatar_240"));
        writer.WriteString("avatar_big"u8, UserWriter.Avatar(user, "avatar_640"));
        writer.WriteString("open_id"u8, openId);
        writer.WriteString("union_id"u8, call.Company.UnionId(call.App.Provider.Index, user));
        writer.WriteString("tenant_key"u8, call.Tenant.Key);
        var grants = call.Grants;
        if (grants.Has(FieldScopes.Email))
        {
            writer.WriteString("email"u8, user.Email ?? "");
        }

        if (grants.Has(FieldScopes.Employee) && user.EnterpriseEmail is { } enterpriseEmail && call.Api.Shape != AnswerShape.Bare)
        {
            writer.WriteString("enterprise_email"u8, enterpriseEmail);
        }

        if (grants.Has(FieldScopes.Phone))
        {
            writer.WriteString("mobile"u8, user.Mobile ?? "");
        }

        if (grants.Has(FieldScopes.UserId) && !call.App.IsStore)
        {
            writer.WriteString("user_id"u8, user.UserId);
            writer.WriteString("employee_no"u8, user.EmployeeNo);
        }
    }
}
