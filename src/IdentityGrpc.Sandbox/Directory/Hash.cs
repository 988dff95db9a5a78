namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Spreads counters over 64 bits (the finisher of SplitMix64), the same on every machine and in every run.</summary>
internal static class Hash
{
    public static ulong Mix(ulong key, ulong value)
    {
        var x = (value + 0x9E3779B97F4A7C15UL) ^ key;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    public static ulong Of(string text, ulong key = 0)
    {
        foreach (var character in text)
        {
            key = Mix(key, character);
        }

        return Mix(key, (ulong)text.Length);
    }
}
