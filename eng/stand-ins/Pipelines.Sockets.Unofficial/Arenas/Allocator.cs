namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Accepted for compatibility; blocks are plain arrays.</summary>
public abstract class Allocator<T>
{
    private protected Allocator() { }
}
