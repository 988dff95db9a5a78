namespace Grpc.Core;

/// <summary>A method of a service, without its message types.</summary>
public interface IMethod
{
    MethodType Type { get; }

    /// <summary>The service with its package: <c>identity.v1.IdentityService</c>.</summary>
    string ServiceName { get; }

    string Name { get; }

    /// <summary>The path of its requests: <c>/service/method</c>.</summary>
    string FullName { get; }
}
