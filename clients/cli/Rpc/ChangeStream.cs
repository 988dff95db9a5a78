using System.Runtime.CompilerServices;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>A watch as one stream: where it breaks for a passing cause, it goes on after the last message received, by its cursor.</summary>
internal sealed class ChangeStream(Connection connection, RetryPolicy policy)
{
    /// <summary>The messages of the watch.</summary>
    /// <param name="request">What to watch.</param>
    /// <param name="timeout">How long; null for no limit.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RpcException">The watch failed, and is not tried again.</exception>
    public async IAsyncEnumerable<WatchIdentityChangesResponse> ReadAsync(
        WatchIdentityChangesRequest request, TimeSpan? timeout, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = request.Clone();
        var options = connection.CallOptions(timeout, cancellation);
        for (int tries = 1; ; tries++)
        {
            TimeSpan? delay = null;
            using var call = connection.Service.WatchIdentityChanges(next, options);
            while (delay is null)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellation)) yield break;
                    policy.NoteAnswer();
                }
                catch (RpcException failure) when (!cancellation.IsCancellationRequested && policy.DelayAfter(failure, tries) is { } wait)
                {
                    delay = wait;
                    continue;
                }
                tries = 1;
                next.Cursor = call.ResponseStream.Current.Cursor;
                yield return call.ResponseStream.Current;
            }
            await policy.WaitAsync(delay.Value, cancellation);
        }
    }
}
