using Spectre.Console;

namespace IdentityGrpc.Cli.Output;

/// <summary>
/// How far long work is, on standard error: done, per second, time left. Shown where standard error is a terminal and
/// the answers go elsewhere; answers on the terminal are progress enough, and the two would overwrite each other.
/// </summary>
internal static class WorkProgress
{
    /// <summary>Whether it would be seen.</summary>
    public static bool IsShown(Surroundings surroundings) => surroundings.ErrorIsTerminal && !surroundings.OutputIsTerminal;

    /// <summary>Does the work and shows how far it is.</summary>
    /// <param name="surroundings">Where to show it.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="work">The work; it reports what is done, and what there is to do where that is known.</param>
    public static Task<T> RunAsync<T>(Surroundings surroundings, string unit, Func<Action<long, long?>, Task<T>> work)
    {
        if (!IsShown(surroundings)) return work((_, _) => { });
        var console = Consoles.On(surroundings.Error, isTerminal: true, surroundings.Variable);
        return console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new CountColumn(unit), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(unit, maxValue: double.MaxValue);
                task.IsIndeterminate = true;
                return work((done, total) =>
                {
                    task.IsIndeterminate = total is null;
                    task.MaxValue = total ?? double.MaxValue;
                    task.Value = done;
                });
            });
    }
}
