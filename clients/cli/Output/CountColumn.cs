using Spectre.Console;
using Spectre.Console.Rendering;

namespace IdentityGrpc.Cli.Output;

/// <summary>Done, of how many, and how many a second.</summary>
internal sealed class CountColumn(string unit) : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        string total = task.IsIndeterminate ? "" : FormattableString.Invariant($"/{task.MaxValue:N0}");
        string speed = task.Speed is { } perSecond ? FormattableString.Invariant($", {perSecond:N0}/s") : "";
        return new Text(FormattableString.Invariant($"{task.Value:N0}{total} {unit}{speed}"));
    }
}
