using System.CommandLine;

namespace IdentityGrpc.Load.Members;

/// <summary><c>members</c>: walks a whole company, compares it with the truth, and prints time and memory.</summary>
internal static class MembersCommand
{
    public static Command Create()
    {
        var users = new Option<int>("--users") { Description = "People of the company who have not resigned, about.", DefaultValueFactory = _ => 100_000 };
        var departments = new Option<int>("--departments") { Description = "Departments below its root.", DefaultValueFactory = _ => 2_000 };
        var perSecond = new Option<int>("--per-second") { Description = "The platform's limit, calls a second of each API.", DefaultValueFactory = _ => 200 };
        var latency = new Option<int>("--latency") { Description = "Milliseconds of a round trip, for the time to the first member.", DefaultValueFactory = _ => 200 };
        var cache = new Option<int>("--cache-mib") { Description = "MiB of the service's identity cache, which a walk fills; 0: its default.", DefaultValueFactory = _ => 0 };
        var streams = new Option<int>("--streams") { Description = "Further walks of the same company at the same time, whose shares are compared; 0: none.", DefaultValueFactory = _ => 0 };
        var command = new Command("members", "Walks a company and compares it with the truth.") { users, departments, perSecond, latency, cache, streams };
        command.SetAction(async (parsed, cancellation) =>
        {
            var size = new CompanySize(parsed.GetValue(users), parsed.GetValue(departments), parsed.GetValue(perSecond), parsed.GetValue(latency), parsed.GetValue(cache));
            return await new WalkMeasurement(size, TimeProvider.System, Console.Out).RunAsync(parsed.GetValue(streams), cancellation) ? 0 : 1;
        });
        return command;
    }
}

/// <summary>How large the company is, and how fast the platform.</summary>
internal sealed record CompanySize(int Users, int Departments, int PerSecond, int LatencyMs, int CacheMiB)
{
    // Of all people the main tenant has 1 - 1/12 - 1/40, of whom one in twenty has resigned.
    private const double StaffShare = (1 - 1 / 12.0 - 1 / 40.0) * 0.95;

    /// <summary>People that the sandbox makes.</summary>
    public int Made => (int)Math.Ceiling(Users / StaffShare);
}
