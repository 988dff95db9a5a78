using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>
/// A walk or a watch as one stream: where it breaks for a passing cause, it goes on after the last message received, by its
/// cursor. Tries are counted anew with every message.
/// </summary>
/// <param name="connection">Where the service is.</param>
/// <param name="policy">What is tried again, and when.</param>
/// <param name="open">Begins the call.</param>
/// <param name="goOn">Lets the request go on after the message.</param>
internal sealed class ResumedStream<TRequest, TResponse>(Connection connection, RetryPolicy policy,
    Func<IdentityService.IdentityServiceClient, TRequest, CallOptions, AsyncServerStreamingCall<TResponse>> open, Action<TRequest, TResponse> goOn)
    where TRequest : IDeepCloneable<TRequest>
{
    /// <summary>The messages of the stream.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="timeout">How long the stream may take; null for no limit.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RpcException">The stream failed, and is not tried again.</exception>
    public async IAsyncEnumerable<TResponse> ReadAsync(TRequest request, TimeSpan? timeout, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = request.Clone();
        var options = connection.CallOptions(timeout, cancellation);
        for (int tries = 1; ; tries++)
        {
            TimeSpan? delay = null;
            using var call = open(connection.Service, next, options);
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
                goOn(next, call.ResponseStream.Current);
                yield return call.ResponseStream.Current;
            }
            await policy.WaitAsync(delay.Value, cancellation);
        }
    }
}
