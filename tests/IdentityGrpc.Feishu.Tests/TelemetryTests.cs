using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Telemetry;
using IdentityGrpc.Feishu.Tests.Wire;
using Xunit.Sdk;

namespace IdentityGrpc.Feishu.Tests;

/// <summary>Every <see cref="Bed"/> holds its test's logs, metrics, traces and failures against secrets and personal data; here that this hears what is said.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Call_Made_IsCountedTimedAndTraced()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Text("down", 500), Bed.Ok("{}"));

        await bed.SkipPausesAsync(bed.GetAsync());

        foreach (string instrument in new[] { "feishu.client.calls", "feishu.client.tries", "feishu.client.call.duration", "feishu.client.try.duration", "feishu.client.token.fetches" })
            Assert.Contains(bed.Observer.Measurements, m => m.Instrument == instrument && (string?)m.Tags["feishu.app"] == "main");
        Assert.Equal(2, bed.Observer.Sum("feishu.client.tries", "feishu.api", Apis.UsersBatch));
        Assert.Contains(bed.Observer.Activities, text => text.StartsWith($"{FeishuDiagnostics.ActivitySourceName} {Apis.UsersBatch}", StringComparison.Ordinal)
            && text.Contains("[feishu.tries, 2]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_RefusalFullOfPersonalData_RepeatsNoneOfIt()
    {
        string personal = $"{Bed.Email} {Bed.Mobile} {Bed.Ada} {Bed.Secret} t-tok1";
        await using var bed = new Bed().Answering(Bed.Refused(99992402, msg: personal,
            error: $$"""{"message":"{{personal}}","log_id":"{{personal}}","field_violations":[{"field":"{{personal}}","value":"{{personal}}","description":"{{personal}}"}]}"""));

        var failure = (await bed.GetAsync()).Failure!;

        Assert.DoesNotContain(Bed.Email, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(bed.Observer.Logs, line => line.StartsWith("Refused", StringComparison.Ordinal));
        Assert.NotEmpty(bed.Observer.Texts);
    }

    [Fact]
    public async Task Call_RefusedWithALogId_LogsItForThePlatformsSupport()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Json("""{"code":99991401}""", 400, "X-Tt-Logid: 20260101120000SBX0001"));

        await bed.GetAsync();

        Assert.Contains(bed.Observer.Logs, line => line.Contains("20260101120000SBX0001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observer_SomethingSecretIsSaid_HearsIt()
    {
        await using var bed = new Bed().Answering(Bed.Ok("{}"));
        await bed.GetAsync();

        Assert.ThrowsAny<XunitException>(() => bed.Observer.AssertSilentAbout(["main"]));
        Assert.ThrowsAny<XunitException>(() => bed.Observer.AssertSilentAbout(["users/batch"]));
        Assert.ThrowsAny<XunitException>(() => bed.Observer.AssertSilentAbout(["TokenFetched"]));
    }

    [Fact]
    public async Task Call_Traced_ShowsOnlyOurOwnActivities()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"user":{"open_id":"ou_ada"}}"""));

        await bed.Directory.GetUserAsync(bed.Scope, IdType.OpenId, Bed.Ada, Bed.Call);

        Assert.NotEmpty(bed.Observer.Activities);
        Assert.DoesNotContain(bed.Observer.Activities, text => text.Contains("ou_ada", StringComparison.Ordinal));
    }
}
