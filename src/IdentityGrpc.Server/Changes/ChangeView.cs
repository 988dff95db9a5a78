using Google.Protobuf.WellKnownTypes;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Changes;

/// <summary>A change by the eyes of one app in one tenant.</summary>
/// <remarks>
/// An app sees what the platform told it, which its scopes have trimmed already, and what an operator ended. A user_id is a tenant's, and
/// an operator may name one to an app that must not know it: of an operator's ids it is left out, and the change then concerns everybody.
/// </remarks>
internal static class ChangeView
{
    /// <summary>The change as the app may see it; null where it is none of the app's business.</summary>
    public static V1.IdentityChange? Of(PublishedChange published, AppTenant scope)
    {
        var change = published.Change;
        if (change.Tenant != scope.Tenant || (change.ToldTo is { } app && app != scope.App)) return null;
        if (change.ToldTo is null && !Ends(change.Ends, scope)) return null;
        var view = new V1.IdentityChange
        {
            Kind = (V1.ChangeKind)(int)change.Kind,
            OccurredAt = change.OccurredAt?.ToTimestamp(),
            KnownAt = published.At.ToTimestamp(),
            DepartmentIds = { change.Departments },
        };
        foreach (var id in change.People.Where(id => PersonId.Of(scope, id.Type, id.Value) == id))
        {
            if (id.Type == IdType.OpenId) view.OpenIds.Add(id.Value);
            else if (id.Type == IdType.UnionId) view.UnionIds.Add(id.Value);
            else if (change.ToldTo is not null) view.UserIds.Add(id.Value);
        }
        bool namesSomebody = view.OpenIds.Count + view.UnionIds.Count + view.UserIds.Count > 0;
        view.ConcernsEverybody = change.Ends.Scopes.Contains(scope) || (change.ToldTo is null && !namesSomebody);
        return view;
    }

    private static bool Ends(Ends ends, AppTenant scope) =>
        ends.Scopes.Contains(scope) || ends.ContactsOf.Contains(scope) || ends.MissesOf == scope.Tenant || ends.People.Count + ends.Contacts.Count > 0;
}
