using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>Asks <c>grpc.health.v1</c>, of which the service itself has no client.</summary>
internal static class HealthCalls
{
    private static readonly Method<HealthCheckRequest, HealthCheckResponse> s_check = new(MethodType.Unary, "grpc.health.v1.Health", "Check",
        Marshallers.Create(m => m.ToByteArray(), HealthCheckRequest.Parser.ParseFrom), Marshallers.Create(m => m.ToByteArray(), HealthCheckResponse.Parser.ParseFrom));

    /// <summary>The service says over gRPC that it takes calls.</summary>
    public static async Task AssertServingAsync(ChannelBase channel, CancellationToken cancellationToken)
    {
        var answer = await channel.CreateCallInvoker().AsyncUnaryCall(s_check, null, new(cancellationToken: cancellationToken), new() { Service = "identity.v1.IdentityService" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }
}
