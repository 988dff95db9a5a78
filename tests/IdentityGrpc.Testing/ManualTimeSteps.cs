namespace IdentityGrpc.Testing;

/// <summary>Moves a <see cref="ManualTimeProvider"/> from timer to timer; everything comes to rest at each. Inside <see cref="SingleThread"/> only.</summary>
public static class ManualTimeSteps
{
    /// <summary>Moves the clock on by that much.</summary>
    public static async Task AdvanceAsync(this ManualTimeProvider clock, TimeSpan by)
    {
        var end = clock.GetUtcNow() + by;
        await SingleThread.SettleAsync();
        while (await NextTimerAsync(clock) is { } due && clock.GetUtcNow() + due <= end) await StepAsync(clock, due);
        await StepAsync(clock, end - clock.GetUtcNow());
    }

    /// <summary>Moves the clock on from timer to timer until something is done.</summary>
    public static async Task AdvanceUntilAsync(this ManualTimeProvider clock, Func<bool> done)
    {
        await SingleThread.SettleAsync();
        while (!done()) await StepAsync(clock, await NextTimerAsync(clock) ?? throw new InvalidOperationException("No timer is armed: it will never be done."));
    }

    private static async Task StepAsync(ManualTimeProvider clock, TimeSpan by)
    {
        clock.Advance(by);
        await SingleThread.SettleAsync();
    }

    private static async Task<TimeSpan?> NextTimerAsync(ManualTimeProvider clock) =>
        clock.ArmedTimers == 0 ? null : await clock.WhenTimerAsync(_ => true, CancellationToken.None);
}
