using Spectre.Console;
using Spectre.Console.Rendering;

namespace IdentityGrpc.Cli.Output;

/// <summary>What else is worth knowing of the work.</summary>
internal sealed class NoteColumn(Func<string> note) : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(note());
}
