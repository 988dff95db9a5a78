using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class WireFaultTests
{
    private const string Good = """{"code":0,"data":{"items":[{"open_id":"ou_ada"}]}}""";

    /// <summary>Faults that pass: name, answer, outcome in telemetry.</summary>
    private static readonly Dictionary<string, (ScriptedAnswer Answer, string Outcome)> s_passing = new()
    {
        ["closed before headers"] = (ScriptedAnswer.Nothing(Ending.Close), "broken"),
        ["reset before headers"] = (ScriptedAnswer.Nothing(Ending.Reset), "broken"),
        ["not HTTP"] = (new("nonsense\r\n\r\n"u8.ToArray(), Ending.Close), "broken"),
        ["closed in the body"] = (ScriptedAnswer.Cut(Good[..20], Good.Length, Ending.Close), "broken"),
        ["reset in the body"] = (ScriptedAnswer.Cut(Good[..20], Good.Length, Ending.Reset), "broken"),
        ["not gzip"] = (ScriptedAnswer.Raw(200, "application/json", "junk"u8.ToArray(), "Content-Encoding: gzip"), "broken"),
        ["truncated JSON"] = (ScriptedAnswer.Json(Good[..30]), "unreadable"),
        ["malformed JSON"] = (ScriptedAnswer.Json("{\"code\":0,,}"), "unreadable"),
        ["invalid UTF-8"] = (ScriptedAnswer.Raw(200, "application/json", [.. "{\"code\":0,\"data\":{\"items\":[{\"open_id\":\""u8, 0xC3, 0x28, .. "\"}]}}"u8]), "unreadable"),
        ["nested too deep"] = (ScriptedAnswer.Json(string.Concat(Enumerable.Repeat("[", 5000))), "unreadable"),
        ["empty 200"] = (ScriptedAnswer.Json(""), "unreadable"),
        ["empty object"] = (ScriptedAnswer.Json("{}"), "unreadable"),
        ["null"] = (ScriptedAnswer.Json("null"), "unreadable"),
        ["an array"] = (ScriptedAnswer.Json("[]"), "unreadable"),
        ["code that is no number"] = (ScriptedAnswer.Json("""{"code":"ok","data":{}}"""), "unreadable"),
        ["data of another shape"] = (ScriptedAnswer.Json("""{"code":0,"data":[1]}"""), "unreadable"),
        ["HTML 200"] = (ScriptedAnswer.Text("<html>login</html>", 200, "text/html"), "unreadable"),
        ["HTML 403"] = (ScriptedAnswer.Text("<html>blocked</html>", 403, "text/html"), "unreadable"),
        ["HTML 502"] = (ScriptedAnswer.Text("<html>Bad Gateway</html>", 502, "text/html"), "502"),
        ["500 without a body"] = (ScriptedAnswer.Text("", 500), "500"),
        ["503 with code 0"] = (ScriptedAnswer.Json("""{"code":0,"data":{}}""", 503), "unreadable"),
    };

    public static TheoryData<string> Passing => [.. s_passing.Keys];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Call_FaultThatPasses_IsTriedAgainAndAnswered(string fault)
    {
        await using var bed = new Bed().Answering(s_passing[fault].Answer, s_passing[fault].Answer, ScriptedAnswer.Json(Good));

        var outcome = await bed.SkipPausesAsync(bed.GetAsync());

        Assert.Equal(Bed.Ada, Assert.Single(outcome.Value!).OpenId);
        Assert.Equal(2, bed.Observer.Sum("feishu.client.tries", "feishu.outcome", s_passing[fault].Outcome));
        Assert.Equal(2, bed.Budget.Taken.Count);
        Assert.Equal(1, bed.Observer.Sum("feishu.client.calls", "feishu.outcome", "ok"));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Call_FaultThatStays_IsUnavailableAfterAllTries(string fault)
    {
        await using var bed = new Bed().Answering(s_passing[fault].Answer);

        var outcome = await bed.SkipPausesAsync(bed.GetAsync());

        Assert.Equal(FailureReason.UpstreamUnavailable, outcome.Failure!.Reason);
        Assert.True(outcome.Failure.Retryable);
        Assert.Null(outcome.Failure.InvalidIds);
        Assert.Equal(3, bed.Calls.Length);
        Assert.Contains(bed.Observer.Logs, line => line.StartsWith("TryFailed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_ConnectionRefused_IsUnavailable()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        free.Stop();
        await using var bed = new Bed(url: url);

        var outcome = await bed.SkipPausesAsync(bed.GetAsync());

        Assert.Equal(FailureReason.UpstreamUnavailable, outcome.Failure!.Reason);
        Assert.True(outcome.Failure.Retryable);
    }

    [Theory]
    [InlineData(404, "The platform has no such API; check the base URL of the app.")]
    [InlineData(302, "The platform redirects the call elsewhere; check the base URL of the app.")]
    public async Task Call_WrongPlace_SaysSoAndIsNotTriedAgain(int status, string message)
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Text("404 page not found", status));

        var failure = (await bed.GetAsync()).Failure!;

        Assert.Equal((FailureReason.UpstreamUnavailable, message, false), (failure.Reason, failure.Message, failure.Retryable));
        Assert.Single(bed.Calls);
    }

    [Fact]
    public async Task GetUsersAsync_UrlTooLongForTheServer_IsToBeHalved()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Text("", 414));

        Assert.Equal([], (await bed.GetAsync()).Failure!.InvalidIds!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BodyPastTheBound_IsAnErrorAndNeverMemory(bool gzipped)
    {
        byte[] large = Encoding.UTF8.GetBytes($$"""{"code":0,"pad":"{{new string('x', 1 << 20)}}"}""");
        await using var bed = new Bed(options: o => o.MaxBodyBytes = 64 << 10).Answering(gzipped
            ? ScriptedAnswer.Raw(200, "application/json", Gzip(large), "Content-Encoding: gzip")
            : ScriptedAnswer.Raw(200, "application/json", large));

        var failure = (await bed.GetAsync()).Failure!;

        Assert.Equal((FailureReason.UpstreamUnavailable, false), (failure.Reason, failure.Retryable));
        Assert.Contains("65536 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Single(bed.Calls);
    }

    [Fact]
    public async Task Call_BodyOfExactlyTheBound_IsRead()
    {
        const int Bound = 64 << 10;
        string start = "{\"code\":0,\"data\":{\"items\":[{\"open_id\":\"ou_ada\"}]},\"pad\":\"";
        string body = start + new string('x', Bound - start.Length - 2) + "\"}";
        await using var bed = new Bed(options: o => o.MaxBodyBytes = Bound).Answering(
            ScriptedAnswer.Json(body), ScriptedAnswer.Raw(200, "application/json", Gzip(Encoding.UTF8.GetBytes(body)), "Content-Encoding: gzip"));

        Assert.Single((await bed.GetAsync()).Value!);
        Assert.Single((await bed.GetAsync()).Value!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_SilenceOrSlowDrip_EndsWithTheTimeOfATry(bool drip)
    {
        var silence = drip ? ScriptedAnswer.Cut("{\"code\"", 1000, Ending.Silence) : ScriptedAnswer.Nothing(Ending.Silence);
        await using var bed = new Bed().Answering(silence, ScriptedAnswer.Json(Good));

        var task = bed.GetAsync();
        await Bed.UntilAsync(() => bed.Calls.Length == 1);
        bed.Clock.Advance(TimeSpan.FromSeconds(5));
        var outcome = await bed.SkipPausesAsync(task);

        Assert.True(outcome.Succeeded);
        Assert.Equal(1, bed.Observer.Sum("feishu.client.tries", "feishu.outcome", "timeout"));
    }

    [Fact]
    public async Task Call_CookiesAndTraceHeaders_AreNeitherKeptNorSent()
    {
        var good = ScriptedAnswer.Json(Good, 200, "Set-Cookie: session=1; Path=/");
        await using var bed = new Bed().Answering(good);

        await bed.GetAsync();
        await bed.GetAsync();

        Assert.All(bed.Calls, call =>
        {
            Assert.DoesNotContain("Cookie", call.Headers.Keys);
            Assert.DoesNotContain("traceparent", call.Headers.Keys);
            Assert.StartsWith("IdentityGrpc/", call.Headers["User-Agent"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Call_BaseUrlWithPrefix_KeepsIt()
    {
        await using var backend = new ScriptedServer(request => request.Target.StartsWith("/feishu/open-apis/auth", StringComparison.Ordinal) ? Bed.Token("t-tok") : ScriptedAnswer.Json(Good));
        await using var bed = new Bed(url: new Uri(backend.Url, "/feishu/"));

        Assert.True((await bed.GetAsync()).Succeeded);
        Assert.All(backend.Requests, request => Assert.StartsWith("/feishu/open-apis/", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_UnknownApp_Throws()
    {
        await using var bed = new Bed();
        var scope = new AppTenant(new("cli_other"), new("maker"), new("tk_one"));

        await Assert.ThrowsAsync<ArgumentException>(() => bed.Directory.ListScopesAsync(scope, null, Bed.Call));
        await Assert.ThrowsAsync<ArgumentException>(() => bed.Directory.ListScopesAsync(bed.Scope with { Tenant = new("tk_two") }, null, Bed.Call));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
