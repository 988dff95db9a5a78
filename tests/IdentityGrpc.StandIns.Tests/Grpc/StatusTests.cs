using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.StandIns.Tests.Probes;
using IdentityGrpc.Testing;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>How the end of a call travels.</summary>
public sealed class StatusTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The numbers are those of the gRPC specification.</summary>
    [Theory]
    [InlineData(StatusCode.Cancelled, 1)]
    [InlineData(StatusCode.Unknown, 2)]
    [InlineData(StatusCode.InvalidArgument, 3)]
    [InlineData(StatusCode.DeadlineExceeded, 4)]
    [InlineData(StatusCode.NotFound, 5)]
    [InlineData(StatusCode.AlreadyExists, 6)]
    [InlineData(StatusCode.PermissionDenied, 7)]
    [InlineData(StatusCode.ResourceExhausted, 8)]
    [InlineData(StatusCode.FailedPrecondition, 9)]
    [InlineData(StatusCode.Aborted, 10)]
    [InlineData(StatusCode.OutOfRange, 11)]
    [InlineData(StatusCode.Unimplemented, 12)]
    [InlineData(StatusCode.Internal, 13)]
    [InlineData(StatusCode.Unavailable, 14)]
    [InlineData(StatusCode.DataLoss, 15)]
    [InlineData(StatusCode.Unauthenticated, 16)]
    public async Task Status_Thrown_ReachesTheClientWhole(StatusCode code, int number)
    {
        Assert.Equal(number, (int)code);
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (_, _) => throw new RpcException(
                new Status(code, "50 % of “что-то” 🙂"), new Metadata { { "why", "so" }, { "why-bin", [0, 255] } }),
        });

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(code, error.StatusCode);
        Assert.Equal("50 % of “что-то” 🙂", error.Status.Detail);
        Assert.Equal("so", error.Trailers.GetValue("why"));
        Assert.Equal([0, 255], error.Trailers.GetValueBytes("why-bin")!);
        Assert.Contains($"StatusCode=\"{code}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_SetOnTheContext_FailsTheCall()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnServerStreaming = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Probe { Number = 1 }, context.CancellationToken);
                context.Status = new Status(StatusCode.DataLoss, "half of it");
            },
        });
        using var call = host.Client().ServerStreaming(new Probe(), cancellationToken: Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancel));

        Assert.Equal(StatusCode.DataLoss, error.StatusCode);
        Assert.Equal("half of it", call.GetStatus().Detail);
    }

    [Fact]
    public async Task Exception_OfAHandler_IsUnknownAndKeepsItsTextToItself()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (_, _) => throw new FormatException("internal matter"),
        });

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.DoesNotContain("internal matter", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Method_NotOverridden_IsUnimplemented()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers());
        var client = host.Client();

        using var upload = client.ClientStreaming(cancellationToken: Cancel);
        using var download = client.ServerStreaming(new Probe(), cancellationToken: Cancel);
        using var duplex = client.DuplexStreaming(cancellationToken: Cancel);
        Task[] calls =
        [
            client.UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync,
            upload.ResponseAsync,
            download.ResponseStream.MoveNext(Cancel),
            duplex.ResponseStream.MoveNext(Cancel),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => call);
            Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
        }
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailable()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{FreePort.Next()}");
        var client = new ProbeService.ProbeServiceClient(channel);

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            client.UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.NotNull(error.Status.DebugException);
        Assert.Same(error.Status.DebugException, error.InnerException);
    }

    [Fact]
    public void Client_WithoutAChannel_FailsEveryCall()
    {
        var client = new MockableClient();

        Assert.Throws<NotImplementedException>(() => client.Unary(new Probe(), cancellationToken: Cancel));
    }

    private sealed class MockableClient : ProbeService.ProbeServiceClient;
}
