using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>What a failed call says beside its code, from <c>grpc-status-details-bin</c>.</summary>
/// <param name="Violations">Fields that are wrong, with what is allowed.</param>
/// <param name="RetryDelay">When asking again makes sense, from now; null where it is not said.</param>
/// <param name="Info">The reason for programs, or null.</param>
internal sealed record StatusDetails(IReadOnlyList<BadRequest.Types.FieldViolation> Violations, TimeSpan? RetryDelay, ErrorInfo? Info)
{
    private const string Trailer = "grpc-status-details-bin";
    private static readonly StatusDetails s_none = new([], null, null);

    /// <summary>Reads the details of a failure; where there are none, or they cannot be read, all is empty.</summary>
    public static StatusDetails Of(RpcException failure)
    {
        try
        {
            return failure.Trailers.GetValueBytes(Trailer) is { } bytes ? Of(Google.Rpc.Status.Parser.ParseFrom(bytes)) : s_none;
        }
        catch (InvalidProtocolBufferException)
        {
            // The code and message stand without them.
            return s_none;
        }
    }

    private static StatusDetails Of(Google.Rpc.Status status) => new(
        Find(status, BadRequest.Descriptor) is BadRequest wrong ? wrong.FieldViolations : [],
        Find(status, RetryInfo.Descriptor) is RetryInfo { RetryDelay: { } delay } ? delay.ToTimeSpan() : null,
        Find(status, ErrorInfo.Descriptor) as ErrorInfo);

    private static IMessage? Find(Google.Rpc.Status status, MessageDescriptor kind) =>
        status.Details.FirstOrDefault(detail => detail.Is(kind)) is { } found ? kind.Parser.ParseFrom(found.Value) : null;
}
