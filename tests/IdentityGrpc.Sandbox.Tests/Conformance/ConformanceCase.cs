namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>One example or error case of the reference, replayed against the sandbox; it throws when the answer is another.</summary>
internal sealed record ConformanceCase(string Section, string Name, Func<RunningSandbox, Task> ReplayAsync);

/// <summary>The cases of a section, in the order of the reference.</summary>
internal sealed class Section(string number, string title)
{
    private readonly List<ConformanceCase> cases = [];

    public string Number => number;

    public string Title => title;

    public IReadOnlyList<ConformanceCase> Cases => cases;

    public Section Add(string name, Func<RunningSandbox, Task> replay)
    {
        cases.Add(new(number, name, replay));
        return this;
    }

    /// <summary>A call of the app <c>default</c> that must answer with a status and a code.</summary>
    public Section Refuses(string name, int status, int code, Func<RunningSandbox, string> path, string app = "default") =>
        Add(name, async sandbox => (await sandbox.CallAsync(path(sandbox), app)).Is(status, code));

    /// <summary>A call whose data must have every member of the reference's example, each of its kind.</summary>
    public Section Answers(string name, string example, Func<RunningSandbox, string> path, string app = "default") =>
        Add(name, async sandbox => Shape.Check(example, (await sandbox.CallAsync(path(sandbox), app)).Ok().Json));
}
