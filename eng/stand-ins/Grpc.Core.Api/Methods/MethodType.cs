namespace Grpc.Core;

/// <summary>The shape of a call: which sides send more than one message.</summary>
public enum MethodType
{
    Unary,
    ClientStreaming,
    ServerStreaming,
    DuplexStreaming,
}
