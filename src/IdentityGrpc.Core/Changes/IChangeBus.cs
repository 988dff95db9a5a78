namespace IdentityGrpc.Core.Changes;

/// <summary>A place in the log of changes. Places of different logs are not comparable: a log that was lost is another one.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Major">The first part of the place.</param>
/// <param name="Minor">The second part.</param>
public readonly record struct ChangePosition(long Log, long Major, long Minor);

/// <summary>A change in the log.</summary>
/// <param name="Change">The change.</param>
/// <param name="At">When it came into the log, on the shared clock: what it ends, ended then.</param>
/// <param name="Position">Its place.</param>
public sealed record PublishedChange(Change Change, DateTimeOffset At, ChangePosition Position);

/// <summary>A part of the log.</summary>
/// <param name="Changes">The changes, in their order.</param>
/// <param name="End">The place to read on from.</param>
/// <param name="Gap">Whether changes are missing before these: the place asked for is no longer in the log.</param>
public sealed record ChangePage(IReadOnlyList<PublishedChange> Changes, ChangePosition End, bool Gap);

/// <summary>Brings changes to every replica and to those who watch: a bounded log, in one order for all (design §8).</summary>
public interface IChangeBus
{
    /// <summary>Puts a change into the log, once for each <see cref="Change.EventId"/> and app told.</summary>
    /// <returns>The moment at which it ends what it ends, on the shared clock.</returns>
    /// <exception cref="ChangeBusException">It is not certain that every replica will see it.</exception>
    Task<DateTimeOffset> PublishAsync(Change change, CancellationToken cancellation);

    /// <summary>Reads on.</summary>
    /// <param name="after">The place; null: nothing is read, and <see cref="ChangePage.End"/> is the present end.</param>
    /// <param name="most">The greatest number of changes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ChangeBusException">The log cannot be reached.</exception>
    Task<ChangePage> ReadAsync(ChangePosition? after, int most, CancellationToken cancellation);

    /// <summary>Completes when there may be something after the place; at once, too, where the log was lost.</summary>
    Task WaitAsync(ChangePosition after, CancellationToken cancellation);
}

/// <summary>The log of changes cannot be reached.</summary>
public sealed class ChangeBusException(string message, Exception? cause = null) : Exception(message, cause);
