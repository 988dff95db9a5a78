using System.Net.Sockets;
using System.Text;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Events;
using IdentityGrpc.Feishu.Tokens;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Server.Tests.Events;

/// <summary>Design §8: verify, apply, publish, then answer; whatever is not genuine changes nothing.</summary>
public sealed class EventEndpointTests : IAsyncLifetime
{
    private static readonly AppTenant s_scope = new(new(EventBed.AppId), new(EventBed.Provider), new(EventBed.Tenant));
    private EventBed _bed = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IChangeBus Bus => _bed.Running.Host.Services.GetRequiredService<IChangeBus>();

    public async ValueTask InitializeAsync() => _bed = await EventBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    // A walk that begins after the answer goes over the new department.
    [Fact]
    public async Task Post_DepartmentCreated_EndsWhichDepartmentsThereAre()
    {
        await using var bed = await EventBed.StartAsync();
        Assert.Equal(DateTimeOffset.MinValue, bed.Marks.EndOfDepartments(new(EventBed.Tenant)));
        var post = EventBed.Event(new { @object = new { open_department_id = "od-new", parent_department_id = "0" } }, "contact.department.created_v3");
        Assert.Equal(200, (await bed.PostAsync(post)).Status);
        Assert.NotEqual(DateTimeOffset.MinValue, bed.Marks.EndOfDepartments(new(EventBed.Tenant)));
    }

    [Fact]
    public async Task Challenge_WithTheToken_IsEchoed()
    {
        var post = PlatformPost.Encrypted(new { challenge = "c-1", token = EventBed.Token, type = "url_verification" }, EventBed.Key);
        Assert.Equal((200, """{"challenge":"c-1"}"""), await _bed.PostAsync(post));
    }

    [Fact]
    public async Task Event_Genuine_HasEndedWhatItTouchesBeforeItIsAnswered()
    {
        var person = PersonId.Of(s_scope, IdType.OpenId, "ou_1");
        Assert.Equal(DateTimeOffset.MinValue, _bed.Marks.EndOf(person));
        Assert.Equal((200, """{"msg":"success"}"""), await _bed.PostAsync(EventBed.EventOf("ou_1")));
        Assert.Equal(_bed.Clock.GetUtcNow(), _bed.Marks.EndOf(person));
        Assert.Equal(_bed.Clock.GetUtcNow(), _bed.Marks.EndOfMisses(s_scope.Tenant));
    }

    [Fact]
    public async Task Event_SentTwice_IsAnsweredTwiceAndShowsOnce()
    {
        var start = (await Bus.ReadAsync(null, 1, Stop)).End;
        var post = EventBed.EventOf("ou_1", "event-1");
        Assert.Equal(200, (await _bed.PostAsync(post)).Status);
        _bed.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(200, (await _bed.PostAsync(post)).Status);
        Assert.Equal(_bed.Clock.GetUtcNow(), _bed.Marks.EndOf(PersonId.Of(s_scope, IdType.OpenId, "ou_1")));
        Assert.Equal("event-1", Assert.Single((await Bus.ReadAsync(start, 10, Stop)).Changes).Change.EventId);
    }

    public static TheoryData<string, int> Forgeries => new()
    {
        { "unsigned", 401 }, { "forged", 401 }, { "other key", 401 }, { "wrongly encrypted", 400 }, { "plain", 401 }, { "truncated", 400 }, { "wrong token", 401 },
        { "other app", 403 }, { "other tenant", 403 }, { "not json", 400 }, { "empty", 400 }, { "challenge of another", 401 },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Event_NotGenuine_IsRefusedAndChangesNothing(string what, int status)
    {
        var start = (await Bus.ReadAsync(null, 1, Stop)).End;
        var genuine = EventBed.EventOf("ou_1");
        object content = new { @object = new { open_id = "ou_1" } };
        const string Type = "contact.user.updated_v3", Key = EventBed.Key;
        var post = what switch
        {
            "unsigned" => genuine with { Signature = null },
            "forged" => genuine with { Signature = new string('a', 64) },
            "other key" => PlatformPost.Signed(PlatformPost.Envelope(Type, EventBed.AppId, EventBed.Tenant, EventBed.Token, content), "another key"),
            "wrongly encrypted" => PlatformPost.Encrypted(PlatformPost.Envelope(Type, EventBed.AppId, EventBed.Tenant, EventBed.Token, content), "another key").Sign(Key),
            "plain" => PlatformPost.Plain(PlatformPost.Envelope(Type, EventBed.AppId, EventBed.Tenant, EventBed.Token, content)),
            "truncated" => genuine with { Body = genuine.Body[..^20] },
            "wrong token" => PlatformPost.Signed(PlatformPost.Envelope(Type, EventBed.AppId, EventBed.Tenant, "another", content), Key),
            "other app" => PlatformPost.Signed(PlatformPost.Envelope(Type, "cli_00000000000000bb", EventBed.Tenant, EventBed.Token, content), Key),
            "other tenant" => PlatformPost.Signed(PlatformPost.Envelope(Type, EventBed.AppId, "tk_another", EventBed.Token, content), Key),
            "not json" => new PlatformPost("hello"u8.ToArray()).Sign(Key),
            "empty" => new PlatformPost([]).Sign(Key),
            _ => PlatformPost.Encrypted(new { challenge = "c-1", token = "another", type = "url_verification" }, Key),
        };
        Assert.Equal((status, ""), await _bed.PostAsync(post));
        Assert.Equal(DateTimeOffset.MinValue.UtcTicks, _bed.Marks.Latest.UtcTicks);
        Assert.Empty((await Bus.ReadAsync(start, 10, Stop)).Changes);
        Assert.Equal(200, (await _bed.PostAsync(genuine)).Status);
    }

    [Fact]
    public async Task Event_OfAnUnknownAppOrOneWithoutEvents_IsNotFound()
    {
        Assert.Equal(404, (await _bed.PostAsync(EventBed.EventOf("ou_1"), "nobody")).Status);
        Assert.Equal(404, (await _bed.PostAsync(EventBed.EventOf("ou_1"), "silent")).Status);
    }

    [Fact]
    public async Task Event_OfNoInterest_IsAnsweredAndForgotten()
    {
        Assert.Equal(200, (await _bed.PostAsync(EventBed.Event(new { }, "im.message.receive_v1"))).Status);
        Assert.Equal(DateTimeOffset.MinValue.UtcTicks, _bed.Marks.Latest.UtcTicks);
    }

    [Fact]
    public async Task AppTicket_Genuine_IsKept()
    {
        var post = PlatformPost.Signed(new { uuid = "u1", token = EventBed.Token, type = "event_callback", @event = new { app_id = EventBed.AppId, app_ticket = "ticket-1", type = "app_ticket" } }, EventBed.Key);
        Assert.Equal(200, (await _bed.PostAsync(post)).Status);
        Assert.Equal("ticket-1", await _bed.Running.Host.Services.GetRequiredService<IAppTickets>().FindAsync(new(EventBed.AppId), Stop));
    }

    [Fact]
    public async Task Body_TooLarge_IsRefusedByItsLengthBeforeItIsSent()
    {
        string answer = await SendRawAsync($"POST /feishu/events/{EventBed.App} HTTP/1.1\r\nHost: x\r\nContent-Length: {EventReader.MaxBodyBytes + 1}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooLargeInChunks_IsRefused()
    {
        byte[] chunk = new byte[1 << 20];
        using var content = new StreamContent(new MemoryStream([.. chunk, .. chunk, .. chunk, .. chunk, 0]));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_bed.Running.Host.HttpUrl, $"/feishu/events/{EventBed.App}")) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var http = new HttpClient();
        Assert.Equal(413, (int)(await http.SendAsync(request, Stop)).StatusCode);
    }

    [Fact]
    public async Task Get_IsNoMethodOfTheEndpoint()
    {
        using var http = new HttpClient();
        Assert.Equal(405, (int)(await http.GetAsync(new Uri(_bed.Running.Host.HttpUrl, $"/feishu/events/{EventBed.App}"), Stop)).StatusCode);
    }

    private async Task<string> SendRawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _bed.Running.Host.HttpUrl.Port, Stop);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        byte[] answer = new byte[256];
        return Encoding.ASCII.GetString(answer, 0, await client.GetStream().ReadAsync(answer, Stop));
    }
}
