using System.Globalization;

namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// E-mails and mobiles as reversible formulas of a person's number: any of them leads back to the person without an index.
/// A person of two tenants has one number, and so the same contacts in both.
/// </summary>
internal sealed class MadeContacts(ulong seed)
{
    private const long MainlandSpace = 1_000_000_000, ForeignSpace = 100_000_000;
    private const long Factor = 387_420_489; // 3^18: coprime to powers of ten, so the product runs through the whole space
    private static readonly string[] ForeignPrefixes = ["+417", "+49151", "+8190", "+4475", "+120"];
    private static readonly long MainlandInverse = Inverse(MainlandSpace), ForeignInverse = Inverse(ForeignSpace);

    public ulong NameHash(int person) => Hash.Mix(seed ^ 0x4E41, (ulong)person);

    /// <summary>Writes the e-mail; its number before the <c>@</c> is what leads back.</summary>
    public int WriteEmail(int person, string domain, Span<char> target)
    {
        var (given, family) = MadeName.LatinOf(NameHash(person));
        target.TryWrite(CultureInfo.InvariantCulture, $"{given}.{family}{person}@{domain}", out var written);
        for (var i = 0; i < written; i++)
        {
            target[i] = char.ToLowerInvariant(target[i]);
        }

        return written;
    }

    public static bool TryReadEmail(ReadOnlySpan<char> email, out int person)
    {
        person = 0;
        var at = email.IndexOf('@');
        var start = at;
        while (start > 0 && char.IsAsciiDigit(email[start - 1]))
        {
            start--;
        }

        return at > 0 && start < at && int.TryParse(email[start..at], NumberStyles.None, CultureInfo.InvariantCulture, out person);
    }

    public string Mobile(int person)
    {
        var draw = Hash.Mix(seed ^ 0x4D4F, (ulong)person);
        if (person % 7 == 2)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{ForeignPrefixes[draw % (ulong)ForeignPrefixes.Length]}{person * Factor % ForeignSpace:D8}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"+861{3 + (draw % 7)}{person * Factor % MainlandSpace:D9}");
    }

    /// <summary>Reads a mobile in E.164; the caller compares with <see cref="Mobile"/>, which alone tells the prefix.</summary>
    public static bool TryReadMobile(ReadOnlySpan<char> mobile, out int person)
    {
        person = 0;
        if (mobile.StartsWith("+861") && mobile.Length == 14)
        {
            return TryReverse(mobile[5..], MainlandSpace, MainlandInverse, out person);
        }

        foreach (var prefix in ForeignPrefixes)
        {
            if (mobile.StartsWith(prefix) && mobile.Length == prefix.Length + 8)
            {
                return TryReverse(mobile[prefix.Length..], ForeignSpace, ForeignInverse, out person);
            }
        }

        return false;
    }

    private static bool TryReverse(ReadOnlySpan<char> digits, long space, long inverse, out int person)
    {
        person = 0;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        person = (int)(value * inverse % space);
        return true;
    }

    private static long Inverse(long space)
    {
        (long r, long next) = (space, Factor % space);
        (long t, long nextT) = (0, 1);
        while (next != 0)
        {
            var quotient = r / next;
            (r, next) = (next, r - (quotient * next));
            (t, nextT) = (nextT, t - (quotient * nextT));
        }

        return ((t % space) + space) % space;
    }
}
