namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>What the platform may count: the most calls in any stretch of a length, wherever it begins.</summary>
internal static class Windows
{
    public static int Most(IReadOnlyList<TimeSpan> times, TimeSpan length)
    {
        var sorted = times.Order().ToArray();
        int most = 0, first = 0;
        for (int last = 0; last < sorted.Length; last++)
        {
            while (sorted[last] - sorted[first] >= length) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }

    public static int Within(IReadOnlyList<TimeSpan> times, TimeSpan from, TimeSpan length) => times.Count(t => t >= from && t < from + length);
}
