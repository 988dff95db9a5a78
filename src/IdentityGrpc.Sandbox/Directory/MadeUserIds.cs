using System.Globalization;

namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// The <c>user_id</c>s of a tenant as reversible formulas: eight lower-case letters and digits as the platform draws them, and,
/// for one person in twenty, one that an administrator chose (R8).
/// </summary>
internal sealed class MadeUserIds
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const ulong Space = 2_821_109_907_456; // 36^8
    private const ulong Factor = 1_865_813_572_517; // coprime to 36
    private static readonly ulong Inverse = ModularInverse();
    private readonly ulong offset;

    public MadeUserIds(ulong seed, int tenant) => offset = Hash.Mix(seed ^ 0x5549, (ulong)tenant) % Space;

    public string Write(int index, string latinGiven) => index % 20 == 7
        ? string.Create(CultureInfo.InvariantCulture, $"{latinGiven.ToLowerInvariant()}_{index}")
        : string.Create(8, (ulong)((((UInt128)(uint)index * Factor) + offset) % Space), static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--, value /= 36)
            {
                span[i] = Digits[(int)(value % 36)];
            }
        });

    /// <summary>Reads an id; the caller compares with <see cref="Write"/>, which alone tells whether the id was given out.</summary>
    public bool TryRead(ReadOnlySpan<char> id, out int index)
    {
        index = 0;
        var underscore = id.LastIndexOf('_');
        if (underscore >= 0)
        {
            return int.TryParse(id[(underscore + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        }

        if (id.Length != 8)
        {
            return false;
        }

        ulong value = 0;
        foreach (var c in id)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = (value * 36) + (uint)digit;
        }

        var position = (ulong)((UInt128)(value + Space - offset) * Inverse % Space);
        index = (int)Math.Min(position, int.MaxValue);
        return position < int.MaxValue;
    }

    private static ulong ModularInverse()
    {
        (Int128 r, Int128 next) = (Space, Factor);
        (Int128 t, Int128 nextT) = (0, 1);
        while (next != 0)
        {
            var quotient = r / next;
            (r, next) = (next, r - (quotient * next));
            (t, nextT) = (nextT, t - (quotient * nextT));
        }

        return (ulong)(((t % Space) + Space) % Space);
    }
}
