using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>How budgets stand, for those who run the service.</summary>
public interface IBudgetFigures
{
    /// <summary>The budgets in which a call counts or waits, or that are held back, as this replica knows them; in no order.</summary>
    IReadOnlyList<BudgetFigures> Snapshot();
}

/// <summary>How the budget of one API, app and tenant stands.</summary>
/// <param name="Key">Whose it is.</param>
/// <param name="Used">Calls of this replica that count in the windows.</param>
/// <param name="Share">What of the limits is this replica's; without Redis, all.</param>
/// <param name="Limit">The limits.</param>
/// <param name="Waiting">Calls that wait for a permit, of either <see cref="Priority"/>.</param>
/// <param name="PausedFor">For how long the platform has asked to be left alone; zero where it has not.</param>
/// <param name="StoppedFor">For how long the month's quota stays spent; zero where it is not.</param>
public sealed record BudgetFigures(BudgetKey Key, WindowCounts Used, WindowCounts Share, RateLimit Limit, int Waiting, TimeSpan PausedFor, TimeSpan StoppedFor);
