using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Users by id (reference §3.2): one unreadable id fails the call (U1), people out of scope are left out.</summary>
internal static class UsersBatch
{
    private const int Documented = 50;

    public static readonly Api Api = new("GET", "/open-apis/contact/v3/users/batch", Handle) { Scopes = [Scopes.ContactBase] };

    private static ApiError? Handle(ApiCall call)
    {
        var ids = call.QueryAll("user_ids");
        call.CountKeys(ids.Length);
        if (ids.Length == 0)
        {
            return Errors.Validation("user_ids", "", "user_ids is required");
        }

        var switches = call.Platform.Switches;
        if (ids.Length > Documented && switches.UsersBatchLimited)
        {
            return Errors.Validation("user_ids", "", "the max len is 50");
        }

        if (UserIds.Read(call, ids, switches.UsersBatchOmits, !switches.UsersBatchAnswersResigned, out var people) is { } invalid)
        {
            return invalid;
        }

        var items = new ItemsWriter(call.Writer);
        var seen = new HashSet<int>(people.Length);
        foreach (var person in people)
        {
            if (person is { } known && call.CanSee(known) && seen.Add(known.Index))
            {
                items.BeginItem();
                UserWriter.WriteMembers(call, known);
                items.EndItem();
            }
        }

        items.End();
        return null;
    }
}
