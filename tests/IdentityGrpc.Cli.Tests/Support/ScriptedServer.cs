using Grpc.Core;
using IdentityGrpc.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Cli.Tests.Support;

/// <summary>A real gRPC server that answers what a test says, for what a healthy service does not do.</summary>
internal sealed class ScriptedServer : IdentityService.IdentityServiceBase, IAsyncDisposable
{
    private WebApplication? _app;

    public Func<ResolveByContactRequest, ServerCallContext, Task<ResolveByContactResponse>> Resolve { get; set; } =
        (request, _) => Task.FromResult(AnswerAll(request));

    public Func<ConvertIdRequest, ServerCallContext, Task<ConvertIdResponse>> Convert { get; set; } =
        (request, _) => Task.FromResult(new ConvertIdResponse { Conversions = { request.Ids.Select(id => new Conversion { Identity = new() { OpenId = "ou_" + id } }) } });

    public Func<StreamDepartmentMembersRequest, IServerStreamWriter<StreamDepartmentMembersResponse>, Task> Members { get; set; } =
        (_, stream) => stream.WriteAsync(new() { Summary = new() { Complete = true } });

    public Func<WatchIdentityChangesRequest, IServerStreamWriter<WatchIdentityChangesResponse>, Task> Watch { get; set; } =
        (_, stream) => stream.WriteAsync(new() { Cursor = "c0" });

    public string Url => _app!.Urls.Single();

    public static async Task<ScriptedServer> StartAsync()
    {
        var server = new ScriptedServer();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(server);
        server._app = builder.Build();
        server._app.MapGrpcService<ScriptedServer>();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Everybody is known; the contact itself stands in the open_id.</summary>
    public static ResolveByContactResponse AnswerAll(ResolveByContactRequest request) =>
        new() { Resolutions = { request.Contacts.Select(contact => new Resolution { Identity = new() { OpenId = "ou_" + contact.Email + contact.Mobile } }) } };

    public override Task<ResolveByContactResponse> ResolveByContact(ResolveByContactRequest request, ServerCallContext context) => Resolve(request, context);

    public override Task<ConvertIdResponse> ConvertId(ConvertIdRequest request, ServerCallContext context) => Convert(request, context);

    public override Task StreamDepartmentMembers(
        StreamDepartmentMembersRequest request, IServerStreamWriter<StreamDepartmentMembersResponse> responseStream, ServerCallContext context) =>
        Members(request, responseStream);

    public override Task WatchIdentityChanges(
        WatchIdentityChangesRequest request, IServerStreamWriter<WatchIdentityChangesResponse> responseStream, ServerCallContext context) =>
        Watch(request, responseStream);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}
