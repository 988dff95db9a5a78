using IdentityGrpc.Core.Changes;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>A service with one app that takes events and another that takes none, and a platform that is the test itself.</summary>
internal sealed class EventBed : IAsyncDisposable
{
    public const string App = "hr", AppId = "cli_00000000000000aa", Tenant = "tk_event_tests", Provider = "acme", Key = "an encrypt key", Token = "a verification token";

    private readonly HttpClient _http = new();

    /// <summary>The service.</summary>
    public RunningServer Running { get; private set; } = null!;

    /// <summary>The service's clock.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>What has ended.</summary>
    public IWatermarks Marks => Running.Host.Services.GetRequiredService<IWatermarks>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<EventBed> StartAsync(params string[] settings)
    {
        var bed = new EventBed();
        return bed.RunAsync(bed.Clock, settings);
    }

    /// <summary>The same on the system's clock, as Redis is.</summary>
    public static Task<EventBed> StartInRealTimeAsync(params string[] settings) => new EventBed().RunAsync(TimeProvider.System, settings);

    /// <summary>A genuine event of the app.</summary>
    public static PlatformPost Event(object content, string type = "contact.user.updated_v3", string? id = null) =>
        PlatformPost.Signed(PlatformPost.Envelope(type, AppId, Tenant, Token, content, id), Key);

    /// <summary>A genuine event about a person.</summary>
    public static PlatformPost EventOf(string openId, string? id = null) => Event(new { @object = new { open_id = openId } }, id: id);

    /// <summary>Posts to the app's endpoint.</summary>
    public async Task<(int Status, string Body)> PostAsync(PlatformPost post, string app = App)
    {
        using var request = post.ToRequest(new Uri(Running.Host.HttpUrl, $"/feishu/events/{app}"));
        using var response = await _http.SendAsync(request, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return Running.DisposeAsync();
    }

    private async Task<EventBed> RunAsync(TimeProvider clock, string[] settings)
    {
        Running = await RunningServer.StartAsync(clock, [
            $"Apps:0:Name={App}", $"Apps:0:Id={AppId}", "Apps:0:Secret=unused", "Apps:0:BaseUrl=http://127.0.0.1:9", $"Apps:0:TenantKeys:0={Tenant}", $"Apps:0:Provider={Provider}",
            $"Apps:0:EncryptKey={Key}", $"Apps:0:VerificationToken={Token}",
            "Apps:1:Name=silent", "Apps:1:Id=cli_00000000000000bb", "Apps:1:Secret=unused", "Apps:1:BaseUrl=http://127.0.0.1:9", $"Apps:1:TenantKeys:0={Tenant}", .. settings]);
        return this;
    }
}
