namespace Grpc.Core.Interceptors;

/// <summary>
/// Stands between caller and transport, on the client, the server or both. Each method passes the call on unchanged
/// until it is overridden.
/// </summary>
public abstract partial class Interceptor;
