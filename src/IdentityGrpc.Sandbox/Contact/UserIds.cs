using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// Reads and writes user ids of the type that a call asked for. An id that the gateway cannot read fails the whole call (U1, U2):
/// the first kind of trouble answers, naming every id that has it.
/// </summary>
internal static class UserIds
{
    public static string Write(ApiCall call, Person person) => call.UserIdType switch
    {
        UserIdType.OpenId => call.Company.OpenId(call.App.Index, person),
        UserIdType.UnionId => call.Company.UnionId(call.App.Provider.Index, person),
        _ => person.UserId,
    };

    /// <summary>
    /// Reads ids into people, null for those to leave out: a known person of another tenant, and unknown ids when
    /// <paramref name="omitUnknown"/> is set.
    /// </summary>
    public static ApiError? Read(ApiCall call, IReadOnlyList<string> ids, bool omitUnknown, bool resignedAreUnknown, out Person?[] people)
    {
        people = new Person?[ids.Count];
        Trouble? first = null;
        List<string>? named = null;
        for (var i = 0; i < ids.Count; i++)
        {
            var trouble = Read(call, ids[i], out var person);
            if (trouble is null && resignedAreUnknown && person is { IsResigned: true })
            {
                (trouble, person) = (Trouble.Unknown, null);
            }

            people[i] = person;
            if (trouble is null || (trouble == Trouble.Unknown && omitUnknown))
            {
                continue;
            }

            first ??= trouble;
            if (first == trouble)
            {
                (named ??= []).Add(ids[i]);
            }
        }

        return first is null ? null : Describe(call, first.Value, named!);
    }

    private static Trouble? Read(ApiCall call, string id, out Person? person)
    {
        switch (call.UserIdType)
        {
            case UserIdType.OpenId:
                return ReadOpenId(call, id, out person);
            case UserIdType.UnionId:
                return ReadUnionId(call, id, out person);
            default:
                person = call.Tenant.FindByUserId(id);
                return person is null ? Trouble.Unknown : null;
        }
    }

    private static Trouble? ReadOpenId(ApiCall call, string id, out Person? person)
    {
        person = null;
        if (!call.Company.Ids.TryRead(id, IdKind.OpenId, out var parts) || Find(call, parts) is not { } found)
        {
            return Trouble.Unknown;
        }

        if (parts.Issuer != call.App.Index)
        {
            return Trouble.CrossApp;
        }

        person = found;
        return null;
    }

    private static Trouble? ReadUnionId(ApiCall call, string id, out Person? person)
    {
        person = null;
        if (!call.Company.Ids.TryRead(id, IdKind.UnionId, out var parts) || parts.Issuer != call.App.Provider.Index || Find(call, parts) is not { } found)
        {
            return Trouble.Unknown;
        }

        if (found.Tenant != call.Tenant)
        {
            return Trouble.CrossTenant;
        }

        person = found;
        return null;
    }

    private static Person? Find(ApiCall call, IdParts parts) =>
        parts.Tenant < call.Company.Tenants.Count ? call.Company.Tenants[parts.Tenant].Find(parts.Index) : null;

    private static ApiError Describe(ApiCall call, Trouble trouble, List<string> ids) => trouble switch
    {
        Trouble.CrossApp => Errors.CrossApp(call.Platform.Switches.CrossAppIdsAreNamed ? ids : []),
        Trouble.CrossTenant => Errors.CrossTenant(ids),
        _ => call.UserIdType switch
        {
            UserIdType.OpenId => Errors.InvalidIds(99992351, "open_id", "ou_da5****dfe", ids),
            UserIdType.UnionId => Errors.InvalidIds(99992364, "union_id", "on_94a****5b6", ids),
            _ => Errors.InvalidIds(99992360, "user_id", "3e3****9f2", ids),
        },
    };

    private enum Trouble
    {
        Unknown,
        CrossApp,
        CrossTenant,
    }
}
