using System.Buffers;
using System.Text.RegularExpressions;

namespace IdentityGrpc.Testing;

/// <summary>
/// Finds what must never be said in a log, metric, trace or exception (design §6): by the shape of e-mails, mobiles and the
/// platform's tokens (reference §1.4), and by the known values of a simulator, whatever their shape.
/// </summary>
public sealed partial class SecretScan
{
    private const int ShortestKnown = 6;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private SearchValues<string>? _search;

    /// <summary>How many values are known.</summary>
    public int Known
    {
        get { lock (_lock) return _known.Count; }
    }

    /// <summary>Adds known values; those that are too short to be told from chance are left to their shape.</summary>
    public void Know(IEnumerable<string?> secrets)
    {
        lock (_lock)
        {
            foreach (string? secret in secrets)
            {
                if (secret is { Length: >= ShortestKnown } && _known.Add(secret)) _search = null;
            }
        }
    }

    /// <summary>What kind of secret a text holds; null: none.</summary>
    public string? Find(string text) =>
        FindByShape(text) ?? (Search() is { } known && text.AsSpan().ContainsAny(known) ? "a known secret or contact" : null);

    /// <summary>The same by shape alone.</summary>
    public static string? FindByShape(string text) =>
        Email().IsMatch(text) ? "an e-mail" : Mobile().IsMatch(text) ? "a mobile" : Token().IsMatch(text) ? "a token" : null;

    private SearchValues<string>? Search()
    {
        lock (_lock) return _known.Count == 0 ? null : _search ??= SearchValues.Create([.. _known], StringComparison.OrdinalIgnoreCase);
    }

    // No slash on either side: scoped packages stand in paths as name/@scope/package.
    [GeneratedRegex("""[^\s@<>"'=,;:/()\[\]]@[^\s@<>"'=,;:/()\[\]]+\.\p{L}{2,}""")]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![\w.+-])((\+?86)?1[3-9][0-9]{9}|\+[1-9][0-9]{7,14})(?!\w)")]
    private static partial Regex Mobile();

    [GeneratedRegex(@"(?<![\w-])((t|a|u|ur)-[0-9A-Za-z._]{16,}|eyJ[0-9A-Za-z_-]{10,})|Bearer +[^\s""']{8,}")]
    private static partial Regex Token();
}
