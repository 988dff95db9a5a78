using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Budgets;

/// <summary>What the platform counts calls by: API × app × tenant (reference §6.4).</summary>
/// <param name="Api">The API as the platform's documentation names it, such as <c>GET /open-apis/contact/v3/users/batch</c>.</param>
/// <param name="Scope">The app and tenant.</param>
public readonly record struct BudgetKey(string Api, AppTenant Scope);

/// <summary>The APIs that the service spends budget on, as the platform's documentation names them.</summary>
public static class Apis
{
    /// <summary>Contact → id.</summary>
    public const string BatchGetId = "POST /open-apis/contact/v3/users/batch_get_id";

    /// <summary>Ids → people.</summary>
    public const string UsersBatch = "GET /open-apis/contact/v3/users/batch";

    /// <summary>Id → person, resigned ones included.</summary>
    public const string User = "GET /open-apis/contact/v3/users/:user_id";

    /// <summary>Department → direct members.</summary>
    public const string FindByDepartment = "GET /open-apis/contact/v3/users/find_by_department";

    /// <summary>Independent members.</summary>
    public const string Users = "GET /open-apis/contact/v3/users";

    /// <summary>A department.</summary>
    public const string Department = "GET /open-apis/contact/v3/departments/:department_id";

    /// <summary>Department → departments below.</summary>
    public const string DepartmentChildren = "GET /open-apis/contact/v3/departments/:department_id/children";

    /// <summary>What the contact scope names.</summary>
    public const string Scopes = "GET /open-apis/contact/v3/scopes";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [BatchGetId, UsersBatch, User, FindByDepartment, Users, Department, DepartmentChildren, Scopes];
}

/// <summary>Spends the platform's rate limit: two windows, per second and per minute, for each <see cref="BudgetKey"/>.</summary>
public interface IBudget
{
    /// <summary>Waits for the permit for one call, which is to be sent at once: it counts from the grant, and until a window after its answer.</summary>
    /// <returns>The permit, to be disposed of when the call has been answered. Else <see cref="FailureReason.BudgetExhausted"/> with the time after which to ask again, given as soon as it is known that the deadline cannot be met.</returns>
    /// <exception cref="OperationCanceledException">The call's own token ended the wait; no permit was spent.</exception>
    /// <remarks>Those who wait go on outside of any lock of the budget.</remarks>
    ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call);

    /// <summary>The least time until a call gets its permit that has <paramref name="ahead"/> others of its priority before it; zero where that is not known. Waits for nobody.</summary>
    TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead);

    /// <summary>How long until the next permit can be given, as far as is known now; <see cref="TimeSpan.MaxValue"/> where only an answer, or another replica, can tell. Does not know of the month: where it is spent, nobody waits. Waits for nobody.</summary>
    TimeSpan NextPermit(BudgetKey key, Priority priority);

    /// <summary>
    /// Tells that so many more calls are expected to be asked for soon, or so many fewer: by one who has more to send than it may have under
    /// way, or is about to. While any are, permits that stay unused for a moment are not left to others. Waits for nobody.
    /// </summary>
    void Expect(BudgetKey key, int calls)
    {
    }

    /// <summary>The platform throttled a call (99991400): nothing is granted for the key until the time has passed.</summary>
    void Pause(BudgetKey key, TimeSpan reset);

    /// <summary>The tenant's monthly quota is spent (99991403): nothing is granted to the app until the month turns.</summary>
    void StopForMonth(AppTenant scope);
}
