namespace IdentityGrpc.Sandbox.Apps;

/// <summary>Calls that an app may make of each API of tier 4, in a second and in a minute.</summary>
internal readonly record struct AppLimits(int PerSecond, int PerMinute)
{
    public static readonly AppLimits Tier4 = new(50, 1000);

    /// <summary>Both in one word, so that a change is never seen by half.</summary>
    public long Pack() => ((long)PerSecond << 32) | (uint)PerMinute;

    public static AppLimits Unpack(long packed) => new((int)(packed >> 32), (int)packed);
}
