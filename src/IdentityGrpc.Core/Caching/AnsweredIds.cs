using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>Under which ids an answer about a person is kept.</summary>
public static class AnsweredIds
{
    /// <summary>
    /// Every id that the answer carries. The user_id of somebody who has resigned, or of whom that is not known, may be another
    /// person's by now (R16): it does not lead to them unless they were asked for by it. A row may lack the id that it was asked
    /// by, for want of the field scope; it is kept under that one too.
    /// </summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="asked">The id that was asked about; null: none, the person was seen in a list.</param>
    /// <param name="person">The answer.</param>
    public static IEnumerable<PersonId> Of(AppTenant scope, PersonId? asked, Person person)
    {
        if (asked is { } own) yield return own;
        bool holdsUserId = person.Status is not (null or UserStatus.Resigned);
        foreach (var type in (IdType[])[IdType.OpenId, IdType.UnionId, IdType.UserId])
        {
            if (person.Id(type) is not { } value || (type == IdType.UserId && !holdsUserId)) continue;
            var id = PersonId.Of(scope, type, value);
            if (id != asked) yield return id;
        }
    }
}
