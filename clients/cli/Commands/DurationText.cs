using System.CommandLine.Parsing;
using System.Globalization;

namespace IdentityGrpc.Cli.Commands;

/// <summary>Durations as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1.5h</c>, <c>1d</c>, <c>0</c>.</summary>
internal static class DurationText
{
    /// <summary>The longest that is taken; the platform's answers mean nothing after it.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(365);

    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads an option.</summary>
    public static TimeSpan? Parse(ArgumentResult result, bool allowZero)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out var duration) && (allowZero || duration > TimeSpan.Zero)) return duration;
        string option = result.Parent is OptionResult parent ? parent.Option.Name : "value";
        result.AddError($"{option}: '{text}' is not a duration such as 500ms, 30s, 5m, 1h or 1d{(allowZero ? ", or 0" : " above 0")}.");
        return null;
    }

    /// <summary>Reads a duration of at most a year.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        foreach (var (unit, length) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!double.TryParse(text.AsSpan(..^unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)) continue;
            if (count * length.TotalDays > s_longest.TotalDays) return false;
            duration = length * count;
            return true;
        }
        return false;
    }
}
