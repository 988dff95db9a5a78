using Google.Rpc;
using Grpc.Core;
using StatusCode = Grpc.Core.StatusCode;

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>Reads a failed call as a client does: status first, then the details of the trailer.</summary>
internal static class RpcFailures
{
    /// <summary>The failure of a call, which must have this status.</summary>
    public static async Task<RpcException> ExpectAsync(StatusCode status, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(status == failure.StatusCode, $"{failure.StatusCode}: {failure.Status.Detail}");
        return failure;
    }

    /// <summary>The whole of <c>grpc-status-details-bin</c>, which must agree with the status.</summary>
    public static Google.Rpc.Status Details(this RpcException failure)
    {
        byte[]? trailer = failure.Trailers.GetValueBytes("grpc-status-details-bin");
        Assert.NotNull(trailer);
        var status = Google.Rpc.Status.Parser.ParseFrom(trailer);
        Assert.Equal((int)failure.StatusCode, status.Code);
        Assert.Equal(failure.Status.Detail, status.Message);
        return status;
    }

    /// <summary>The <c>ErrorInfo.reason</c>, in the service's domain.</summary>
    public static string Reason(this RpcException failure)
    {
        var info = failure.Detail<ErrorInfo>();
        Assert.Equal("identity.v1", info.Domain);
        // This version of the library names field 1 `type`.
        return info.Type;
    }

    /// <summary>The fields that <c>BadRequest</c> names, each with what is wrong.</summary>
    public static IReadOnlyDictionary<string, string> Violations(this RpcException failure) =>
        failure.Detail<BadRequest>().FieldViolations.ToDictionary(v => v.Field, v => v.Description);

    /// <summary>The only detail of a type.</summary>
    public static T Detail<T>(this RpcException failure) where T : Google.Protobuf.IMessage, new()
    {
        var detail = failure.Details().Details.Single(d => d.TypeUrl == $"type.googleapis.com/{new T().Descriptor.FullName}");
        var message = new T();
        Google.Protobuf.MessageExtensions.MergeFrom(message, detail.Value);
        return message;
    }
}
