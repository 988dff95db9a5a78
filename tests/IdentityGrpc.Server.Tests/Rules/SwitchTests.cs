using System.Text.Json;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>Where the reference is uncertain (§11), the service is right whichever way the platform goes, with the platform's own limits.</summary>
public class SwitchTests
{
    /// <summary>Every switch of the sandbox at the setting that is not its default.</summary>
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["U1"] = "omit",
        ["U4"] = "omit",
        ["U5"] = "accept",
        ["U6"] = "reject",
        ["U9"] = "fail",
        ["U20"] = "sliding",
        ["U21"] = "complete",
        ["U33"] = "same",
        ["U34"] = "answer",
        ["CrossAppIds"] = "named",
    };

    public static IReadOnlyCollection<string> Names => s_others.Keys;

    public static TheoryData<string> Cases => [.. Names, "none", "all"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Service_WithASwitchTheOtherWay_AnswersTheTruth(string name)
    {
        string[] settings = [.. s_others.Where(s => name == s.Key || name == "all").Select(s => $"Sandbox:Switches:{s.Key}={s.Value}")];
        await using var running = await RunningServer.StartAsync(settings);
        await AssertSetAsync(running.Truth, name);
        var suite = await CoreSuite.OfAsync(running, Stop);

        await suite.ResolveEverybodyAsync();
        await suite.ConvertEveryKindAmongBadOnesAsync();
        await suite.ReadTheResignedAsync();
        await suite.ReadByANarrowAppAsync();
        await suite.WalkTheRootAsync();
        await suite.AssertNeverThrottledAsync();
    }

    private static async Task AssertSetAsync(SandboxTruth truth, string name)
    {
        // Beside the switches stands a number: from how many descendants a department is big.
        var current = (await truth.SendAsync(HttpMethod.Get, "switches", cancellationToken: Stop)).EnumerateObject()
            .Where(s => s.Value.ValueKind == JsonValueKind.String).ToDictionary(s => s.Name, s => s.Value.GetString());
        Assert.Equal(s_others.Keys.Order(StringComparer.Ordinal), current.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(s_others.Where(s => name == s.Key || name == "all"), s_others.Where(s => current[s.Key] == s.Value));
    }
}
