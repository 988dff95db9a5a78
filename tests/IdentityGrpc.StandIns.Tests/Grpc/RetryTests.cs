using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>The client's own retry policy.</summary>
public sealed class RetryTests
{
    private readonly ConcurrentQueue<string?> _attempts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_FailsTwiceRetryably_SucceedsOnTheThirdAttempt()
    {
        await using var host = await ProbeHost.StartAsync(FailingFirst(2, StatusCode.Unavailable));

        var answer = await Client(host).UnaryAsync(new Probe { Text = "kept" }, cancellationToken: Cancel);

        Assert.Equal("kept", answer.Text);
        Assert.Equal([null, "1", "2"], _attempts);
    }

    [Fact]
    public async Task Call_FailsAlways_GivesUpAfterTheLastAttempt()
    {
        await using var host = await ProbeHost.StartAsync(FailingFirst(int.MaxValue, StatusCode.Unavailable));

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            Client(host).UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(4, _attempts.Count);
    }

    [Fact]
    public async Task Call_FailsForGood_IsNotRetried()
    {
        await using var host = await ProbeHost.StartAsync(FailingFirst(1, StatusCode.InvalidArgument));

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            Client(host).UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Single(_attempts);
    }

    [Fact]
    public async Task Stream_FailsBeforeItsFirstMessage_IsRetriedWhole()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnServerStreaming = async (request, responses, context) =>
            {
                CountAttempt(1, StatusCode.Unavailable, context);
                await responses.WriteAsync(request, context.CancellationToken);
            },
        });
        using var call = Client(host).ServerStreaming(new Probe { Text = "kept" }, cancellationToken: Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal("kept", call.ResponseStream.Current.Text);
        Assert.Equal(2, _attempts.Count);
    }

    private static ProbeService.ProbeServiceClient Client(ProbeHost host) => host.Client(options =>
        options.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 4,
                        InitialBackoff = TimeSpan.FromMilliseconds(1),
                        MaxBackoff = TimeSpan.FromMilliseconds(1),
                        BackoffMultiplier = 1,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        });

    private ProbeHandlers FailingFirst(int failures, StatusCode code) => new()
    {
        OnUnary = (request, context) =>
        {
            CountAttempt(failures, code, context);
            return Task.FromResult(request);
        },
    };

    private void CountAttempt(int failures, StatusCode code, ServerCallContext context)
    {
        _attempts.Enqueue(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts"));
        if (_attempts.Count <= failures)
        {
            throw new RpcException(new Status(code, "not yet"));
        }
    }
}
