using Grpc.Core;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Server.Errors;
using IdentityGrpc.Server.Events;
using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Changes;

/// <summary>
/// Serves <c>WatchIdentityChanges</c> straight from the log: a slow reader holds nothing but its place in it, and one that falls behind
/// what the log keeps is told of a gap.
/// </summary>
internal sealed class ChangeWatcher(AppCatalog apps, EventReaders events, IChangeBus bus, ChangeCursorCodec cursors, ChangesOptions options,
    IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int PageSize = 100;

    private int _watchers;

    public async Task WatchAsync(V1.WatchIdentityChangesRequest request, IServerStreamWriter<V1.WatchIdentityChangesResponse> stream, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var scope = reader.Scope(request.App, request.TenantKey);
        reader.ThrowIfWrong();
        if (!events.Takes(scope.App)) throw RpcErrors.FailedPrecondition("NO_EVENTS", new("app", "takes no events: the service has no encrypt key for it."));
        ChangePosition? from = null;
        if (request.Cursor.Length > 0)
        {
            from = cursors.Read(scope, request.Cursor) ?? throw RpcErrors.InvalidArgument([new("cursor", "is not a cursor of this service for this app and tenant, or has been changed.")]);
        }
        try
        {
            if (Interlocked.Increment(ref _watchers) > options.MaxWatchers) throw RpcErrors.ResourceExhausted("TOO_MANY_WATCHERS", $"{options.MaxWatchers:N0} callers watch already.");
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
            await SendAsync(scope, from, stream, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Unavailable("STOPPING", "The service is stopping; go on with the last cursor.");
        }
        catch (ChangeBusException)
        {
            throw RpcErrors.Unavailable("CHANGES_UNAVAILABLE", "The log of changes cannot be reached; go on with the last cursor.");
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private async Task SendAsync(AppTenant scope, ChangePosition? from, IServerStreamWriter<V1.WatchIdentityChangesResponse> stream, CancellationToken cancellation)
    {
        var at = from ?? (await bus.ReadAsync(null, PageSize, cancellation)).End;
        var told = time.GetTimestamp();
        if (await IsThereAsync(at, cancellation)) await TellAsync(new());
        while (true)
        {
            var page = await bus.ReadAsync(at, PageSize, cancellation);
            if (page.Gap)
            {
                at = page.End;
                await TellAsync(new() { Gap = new() });
                continue;
            }
            foreach (var change in page.Changes)
            {
                at = change.Position;
                if (ChangeView.Of(change, scope) is { } view) await TellAsync(new() { Change = view });
            }
            at = page.End;
            if (page.Changes.Count == 0) await WaitAsync();
        }

        async Task TellAsync(V1.WatchIdentityChangesResponse message)
        {
            message.Cursor = cursors.Write(scope, at);
            await stream.WriteAsync(message, cancellation);
            told = time.GetTimestamp();
        }

        // A stream that others' changes pass by speaks up, too: its cursor would else grow too old.
        async Task WaitAsync()
        {
            var left = options.Heartbeat - time.GetElapsedTime(told);
            if (left > TimeSpan.Zero && await HasMoreWithinAsync(at, left, cancellation)) return;
            if (time.GetElapsedTime(told) >= options.Heartbeat) await TellAsync(new());
        }
    }

    // A cursor that is too old gets its gap as the first message.
    private async Task<bool> IsThereAsync(ChangePosition at, CancellationToken cancellation) => !(await bus.ReadAsync(at, 1, cancellation)).Gap;

    private async Task<bool> HasMoreWithinAsync(ChangePosition at, TimeSpan patience, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await bus.WaitAsync(at, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
