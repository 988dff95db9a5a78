using System.Buffers;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Errors;

/// <summary>Reads what a refusal names. What it takes from the platform's text is only what was asked about or has the shape of a name: the rest may hold personal data.</summary>
internal static class RefusalDetails
{
    private const int MaxScopes = 4, MaxNameLength = 100;
    private const string Marker = "invalid ids";
    private static readonly SearchValues<char> s_separators = SearchValues.Create(",;，、 \t\r\n\"'`[]()");
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-[]");

    /// <summary>Those of the ids asked about that the refusal names (<c>Invalid ids: [a, b]</c>), each once; empty where it names none of them.</summary>
    /// <remarks>An id that itself holds a separator could be read as two others, so then none counts as named, and halving finds them.</remarks>
    public static IReadOnlyList<string> InvalidIds(Envelope refusal, IReadOnlyList<string> asked)
    {
        if (asked.Any(id => id.AsSpan().ContainsAny(s_separators))) return [];
        var named = Names(refusal.Msg).Concat(Names(refusal.Error?.Message)).ToHashSet(StringComparer.Ordinal);
        foreach (var violation in refusal.Error?.FieldViolations ?? [])
        {
            if (violation.Value is { } value) named.UnionWith(Split(value));
        }
        return [.. asked.Where(named.Contains).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The scopes named, at most four: from <c>permission_violations</c>, else from the list in brackets in the message.</summary>
    public static IReadOnlyList<string> MissingScopes(Envelope refusal)
    {
        var subjects = (refusal.Error?.PermissionViolations ?? []).Select(violation => violation.Subject ?? violation.Scope ?? "");
        string[] scopes = Scopes(subjects);
        if (scopes.Length > 0) return scopes;
        string text = refusal.Msg ?? "";
        int open = text.LastIndexOf('[');
        int close = text.IndexOf(']', open + 1);
        return open < 0 ? [] : Scopes(Split(text[(open + 1)..(close < 0 ? text.Length : close)]));
    }

    /// <summary>The field that was refused, or null.</summary>
    public static string? Field(Envelope refusal) =>
        refusal.Error?.FieldViolations?.Select(violation => violation.Field).FirstOrDefault(IsName);

    private static string[] Scopes(IEnumerable<string> names) => [.. names.Where(IsName).Distinct(StringComparer.Ordinal).Take(MaxScopes)];

    private static bool IsName(string? text) => text is { Length: > 0 and <= MaxNameLength } && !text.AsSpan().ContainsAnyExcept(s_nameCharacters);

    private static string[] Names(string? message)
    {
        int marker = message?.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (marker < 0) return [];
        var list = message.AsSpan(marker + Marker.Length).TrimStart(" :：=");
        if (list.StartsWith('[') && list.IndexOf(']') is > 0 and int close) list = list[1..close];
        return Split(list.ToString());
    }

    private static string[] Split(string list)
    {
        var parts = new List<string>();
        foreach (var range in list.AsSpan().SplitAny(s_separators))
        {
            if (list[range] is { Length: > 0 } part) parts.Add(part);
        }
        return [.. parts];
    }
}
