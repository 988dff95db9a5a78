using System.Text;

namespace IdentityGrpc.Cli.Tests.Support;

/// <summary>A run of the real program inside the test's process.</summary>
internal sealed record IdctlRun(ExitCode Code, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<IdctlRun> OfAsync(params string[] arguments) => OfAsync(new IdctlSetting(), arguments);

    public static async Task<IdctlRun> OfAsync(IdctlSetting setting, params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        using var surroundings = new Surroundings
        {
            Output = setting.Output ?? output,
            Error = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(setting.Input)),
            OutputIsTerminal = setting.OutputIsTerminal,
            ErrorIsTerminal = setting.ErrorIsTerminal,
            Variable = name => setting.Variables.GetValueOrDefault(name),
            Time = setting.Time,
            Random = new Random(1),
        };
        var code = await Idctl.RunAsync(arguments, surroundings, setting.Cancellation ?? TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}

/// <summary>What the world around a run is like.</summary>
internal sealed record IdctlSetting
{
    public string Input { get; init; } = "";

    public TextWriter? Output { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public TimeProvider Time { get; init; } = new InstantTime();

    public CancellationToken? Cancellation { get; init; }
}
