using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Tests.Testing;

/// <summary>The watch over what a run says: it must be able to bark.</summary>
public sealed class RunRecordTests : IDisposable
{
    private const string Email = "ada.lovelace7@ex.test";

    private readonly RunRecord _record = new();

    public static TheoryData<string, string> Secrets => new()
    {
        { "Somebody asked for ada.lovelace7@ex.test.", "an e-mail" },
        { "contacts[3]=李雷@例子.测试", "an e-mail" },
        { "GET /x?mobile=13549681956", "a mobile" },
        { "called +41446681800 twice", "a mobile" },
        { "(+8613549681956)", "a mobile" },
        { "token t-g1a0b1c2d3e4f5061728394a5b6c7d8e9f0a1b2c3", "a token" },
        { "\"a-g1a0b1c2d3e4f5061728394a5\"", "a token" },
        { "u-eyQg1a0b1c2d3e4f5", "a token" },
        { "eyJhbGciOiJFUzI1NiIs", "a token" },
        { "Authorization: Bearer abcdefgh", "a token" },
    };

    public static TheoryData<string> Harmless =>
    [
        "POST /open-apis/contact/v3/users/batch_get_id for app default failed: 500 (HTTP 500, , log id 20260101120000SBX00000000a1b2).",
        "Fetched a token for app default, good for 02:00:00.",
        "The platform refused a newly fetched access token, too.",
        "ou_8f70f19eeab5f4f10613549681956d34d7 1767225600000 0.13549681956 tests/node_modules/@grpc/grpc-js/x.js at-least-once",
        "Now listening on: http://127.0.0.1:50051",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void FindByShape_Secret_IsNamed(string text, string kind) => Assert.Equal(kind, SecretScan.FindByShape(text));

    [Theory]
    [MemberData(nameof(Harmless))]
    public void FindByShape_OrdinaryText_IsNothing(string text) => Assert.Null(SecretScan.FindByShape(text));

    [Fact]
    public void Find_KnownSecret_IsFoundWhateverItsShapeAndCase()
    {
        var scan = new SecretScan();
        scan.Know(["s3cr3t-of-app", null, "x"]);
        Assert.NotNull(scan.Find("refused: S3CR3T-of-app."));
        Assert.Null(scan.Find("x"));
        Assert.Equal(1, scan.Known);
    }

    [Fact]
    public void Judge_EmailInALogLine_IsFound()
    {
        using var provider = new RecordingLoggerProvider(_record);
        var logger = provider.CreateLogger("test");
        logger.Log(LogLevel.Debug, default, "nothing", null, (_, _) => $"looked for {Email}");
        AssertFound("log");
    }

    [Fact]
    public void Judge_EmailInAValueOfALogLineAlone_IsFound()
    {
        using var provider = new RecordingLoggerProvider(_record);
        KeyValuePair<string, object?>[] values = [new("contact", Email)];
        provider.CreateLogger("test").Log(LogLevel.Trace, default, values, null, (_, _) => "looked for somebody");
        AssertFound("log");
    }

    [Fact]
    public void Judge_EmailInATag_IsFound()
    {
        using var meter = new Meter(nameof(RunRecordTests));
        meter.CreateCounter<long>("test.lookups").Add(1, new KeyValuePair<string, object?>("contact", Email));
        AssertFound("metric");
    }

    [Fact]
    public void Judge_EmailInATagOfAnObservedInstrument_IsFound()
    {
        using var meter = new Meter(nameof(RunRecordTests));
        meter.CreateObservableGauge("test.waiting", () => new Measurement<int>(1, new KeyValuePair<string, object?>("contact", Email)));
        AssertFound("metric");
    }

    [Fact]
    public void Judge_EmailInATrace_IsFound()
    {
        using var source = new ActivitySource(nameof(RunRecordTests));
        using (var activity = source.StartActivity("lookup")) activity!.AddEvent(new("asked", tags: new() { { "contact", Email } }));
        AssertFound("trace");
    }

    [Fact]
    public void Judge_EmailInAnExceptionThatSomebodyCaught_IsFound()
    {
        // Thrown by the runtime, as by the code under test; a test's own exceptions are not heard.
        Assert.Throws<FormatException>(() => DateTimeOffset.Parse(Email, System.Globalization.CultureInfo.InvariantCulture));
        AssertFound("exception");
    }

    [Fact]
    public void Judge_EmailPrinted_IsFound()
    {
        _record.HearAll("server", $"ready\nlooked for {Email}\n");
        AssertFound("server");
    }

    [Fact]
    public void Judge_NothingHeard_IsNoProof()
    {
        Assert.Throws<InvalidOperationException>(() => _record.Judge().ThrowIfBroken("a source that never spoke"));
    }

    [Fact]
    public void Judge_SomethingCouldNotBeHeard_IsNoProof()
    {
        _record.Hear("redis", "get a");
        _record.Miss("what came later");
        Assert.Throws<InvalidOperationException>(() => _record.Judge().ThrowIfBroken("redis"));
    }

    public void Dispose() => _record.Dispose();

    private void AssertFound(string source)
    {
        var verdict = _record.Judge();
        Assert.Contains(verdict.Said, said => said.StartsWith($"{source}: an e-mail", StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => verdict.ThrowIfBroken(source));
    }
}
