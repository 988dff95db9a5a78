using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace IdentityGrpc.Server.Operations;

/// <summary><c>grpc.health.v1</c>: Check answers at once, Watch sends each change until the caller or the server leaves.</summary>
internal sealed class HealthService(HealthState state, IHostApplicationLifetime lifetime) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        state.Of(request.Service) is { } status
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, $"No service {request.Service} is served here."));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        ServingStatus? last = null;
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var changed = state.Changed;
            var now = state.Of(request.Service) ?? ServingStatus.ServiceUnknown;
            if (now != last) await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, context.CancellationToken);
            last = now;
            // A watch that stayed open would hold the shutdown up.
            if (lifetime.ApplicationStopping.IsCancellationRequested) return;
            await changed.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>What is served, for health checks over gRPC and HTTP.</summary>
internal sealed class HealthState
{
    private readonly ConcurrentDictionary<string, ServingStatus> _status = new() { [""] = ServingStatus.NotServing };
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Whether the server as a whole takes calls.</summary>
    public bool IsServing => Of("") == ServingStatus.Serving;

    /// <summary>The status of a service, of the server for the empty name; null where it is not served here.</summary>
    public ServingStatus? Of(string service) => _status.TryGetValue(service, out var status) ? status : null;

    /// <summary>Sets the server and the services named.</summary>
    public void Set(ServingStatus status, params IEnumerable<string> services)
    {
        foreach (string service in services.Append(""))
        {
            _status[service] = status;
        }
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
