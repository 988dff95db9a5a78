namespace Pipelines.Sockets.Unofficial;

/// <summary>The other side is gone.</summary>
public sealed class ConnectionResetException(string message, Exception? inner = null) : IOException(message, inner);
