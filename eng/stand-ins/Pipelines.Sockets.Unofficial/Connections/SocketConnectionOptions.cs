namespace Pipelines.Sockets.Unofficial;

/// <summary>Accepted for compatibility; ignored.</summary>
[Flags]
public enum SocketConnectionOptions
{
    None = 0,
}
