using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Input;

/// <summary>
/// Contacts: a column <c>contact</c> with an optional column <c>kind</c> beside it, or columns <c>email</c> and
/// <c>mobile</c>, of which the e-mail is taken where a line has both. Whether a contact is well formed is for the
/// service to say.
/// </summary>
internal sealed class ContactKind : IKeyKind<Contact>
{
    /// <inheritdoc/>
    public string Columns => "contact (and kind), or email, mobile";

    /// <inheritdoc/>
    public Contact Read(string text) => text.Contains('@', StringComparison.Ordinal) ? Email(text) : Mobile(text);

    /// <inheritdoc/>
    public Func<IRecord, (string Text, Contact Key)>? ReadHeader(IReadOnlyList<string> header)
    {
        int contact = header.IndexOf("contact"), kind = header.IndexOf("kind"), email = header.IndexOf("email"), mobile = header.IndexOf("mobile");
        if (contact >= 0) return record => (record[contact], ReadKind(record[contact], kind < 0 ? "" : record[kind].Trim()));
        if (email < 0 && mobile < 0) return null;
        return record =>
        {
            bool useEmail = email >= 0 && (mobile < 0 || !string.IsNullOrWhiteSpace(record[email]));
            return useEmail ? (record[email], Email(record[email])) : (record[mobile], Mobile(record[mobile]));
        };
    }

    private Contact ReadKind(string text, string kind) => kind.ToLowerInvariant() switch
    {
        "" => Read(text),
        "email" => Email(text),
        "mobile" => Mobile(text),
        _ => throw new FormatException("the kind is neither email nor mobile nor empty"),
    };

    private static Contact Email(string text) => new() { Email = text };

    private static Contact Mobile(string text) => new() { Mobile = text };
}
