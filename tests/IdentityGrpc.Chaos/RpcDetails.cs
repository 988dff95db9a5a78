using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace IdentityGrpc.Chaos;

/// <summary>Reads the details of a failed call, as a client does.</summary>
internal static class RpcDetails
{
    /// <summary>The <c>ErrorInfo.reason</c>; null where the call carries none.</summary>
    // This version of the library names field 1 `type`.
    public static string? Reason(this RpcException failure) => failure.Detail<ErrorInfo>()?.Type;

    /// <summary>How long to wait before asking again.</summary>
    public static TimeSpan? RetryAfter(this RpcException failure) => failure.Detail<RetryInfo>()?.RetryDelay?.ToTimeSpan();

    private static T? Detail<T>(this RpcException failure) where T : class, IMessage, new()
    {
        if (failure.Trailers.GetValueBytes("grpc-status-details-bin") is not { } trailer) return null;
        var detail = Google.Rpc.Status.Parser.ParseFrom(trailer).Details.FirstOrDefault(d => d.TypeUrl == $"type.googleapis.com/{new T().Descriptor.FullName}");
        if (detail is null) return null;
        var message = new T();
        message.MergeFrom(detail.Value);
        return message;
    }
}
