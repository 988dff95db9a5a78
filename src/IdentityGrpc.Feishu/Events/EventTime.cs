using System.Globalization;

namespace IdentityGrpc.Feishu.Events;

/// <summary>When an event happened.</summary>
internal static class EventTime
{
    private const decimal MicrosecondsFrom = 100_000_000_000_000m;

    /// <summary>Reads <c>header.create_time</c>: milliseconds, or microseconds where it has 16 digits (U27); or <c>ts</c>: seconds with a fraction. Null where it is neither.</summary>
    public static DateTimeOffset? Read(string? text, bool isSeconds)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)) return null;
        decimal milliseconds = isSeconds ? number * 1000 : number >= MicrosecondsFrom ? number / 1000 : number;
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;
    }
}
