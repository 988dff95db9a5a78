using Spectre.Console;

namespace IdentityGrpc.Cli.Output;

/// <summary>Tells how far work is.</summary>
/// <param name="done">What is done.</param>
/// <param name="total">What there is to do; null where that is not known.</param>
/// <param name="note">What else is worth knowing.</param>
internal delegate void WorkReport(long done, long? total, string note = "");

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
    public static Task<T> RunAsync<T>(Surroundings surroundings, string unit, Func<WorkReport, Task<T>> work)
    {
        if (!IsShown(surroundings)) return work((_, _, _) => { });
        string current = "";
        var console = Consoles.On(surroundings.Error, isTerminal: true, surroundings.Variable);
        return console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new CountColumn(unit), new RemainingTimeColumn(), new NoteColumn(() => current))
            .StartAsync(context =>
            {
                var task = context.AddTask(unit, maxValue: double.MaxValue);
                task.IsIndeterminate = true;
                return work((done, total, note) =>
                {
                    current = note;
                    task.IsIndeterminate = total is null;
                    task.MaxValue = total ?? double.MaxValue;
                    task.Value = done;
                });
            });
    }
}
