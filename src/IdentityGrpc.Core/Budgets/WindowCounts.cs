namespace IdentityGrpc.Core.Budgets;

/// <summary>Numbers of calls, one for each window.</summary>
/// <param name="Second">Of the second.</param>
/// <param name="Minute">Of the minute.</param>
public readonly record struct WindowCounts(int Second, int Minute)
{
    internal WindowCounts AtLeast(WindowCounts other) => new(Math.Max(Second, other.Second), Math.Max(Minute, other.Minute));

    internal WindowCounts AtMost(WindowCounts other) => new(Math.Min(Second, other.Second), Math.Min(Minute, other.Minute));

    internal WindowCounts Plus(int calls) => new(Second + calls, Minute + calls);

    internal bool IsBelow(WindowCounts other) => Second < other.Second || Minute < other.Minute;
}
