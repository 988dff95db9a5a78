namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Lower-case hexadecimal, strictly: an id in capitals is not that id.</summary>
internal static class Hex
{
    private const string Digits = "0123456789abcdef";

    public static string Of(ulong value, int digits = 16) =>
        string.Create(digits, value, static (span, v) => Write(v, span));

    public static void Write(ulong value, Span<char> target)
    {
        for (var i = target.Length - 1; i >= 0; i--, value >>= 4)
        {
            target[i] = Digits[(int)(value & 15)];
        }
    }

    public static bool TryParse(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = c is >= '0' and <= '9' ? c - '0' : c is >= 'a' and <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)digit;
        }

        return true;
    }
}
