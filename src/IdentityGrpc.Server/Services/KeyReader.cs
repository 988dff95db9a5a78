using Google.Protobuf.Collections;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;

namespace IdentityGrpc.Server.Services;

/// <summary>Reads keys: one key's trouble is that key's alone.</summary>
internal static class KeyReader
{
    /// <summary>Takes the keys out of a request, which the call holds to its end: thousands of messages need not live as long.</summary>
    public static Asked<TKey>[] TakeAll<T, TKey>(RepeatedField<T> sent, Func<T, Asked<TKey>> read) where TKey : struct
    {
        var keys = new Asked<TKey>[sent.Count];
        for (int i = 0; i < keys.Length; i++) keys[i] = read(sent[i]);
        sent.Clear();
        return keys;
    }

    public static Asked<Contact> Contact(V1.Contact contact)
    {
        Contact parsed;
        string? problem;
        bool isRead = contact.ContactCase switch
        {
            V1.Contact.ContactOneofCase.Email => Core.Identifiers.Contact.TryParseEmail(contact.Email, out parsed, out problem),
            V1.Contact.ContactOneofCase.Mobile => Core.Identifiers.Contact.TryParseMobile(contact.Mobile, out parsed, out problem),
            _ => Neither(out parsed, out problem),
        };
        return isRead ? parsed : Failure.Invalid(problem!);
    }

    public static Asked<PersonId> Id(AppTenant scope, IdType? type, string text) =>
        PersonId.TryParse(scope, type, text, out var id, out string? problem) ? id : Failure.Invalid(problem);

    private static bool Neither(out Contact parsed, out string? problem)
    {
        parsed = default;
        problem = "Neither email nor mobile is set.";
        return false;
    }
}
